// Stands in for getUserMedia: a person who acts and says whatever the page has drawn.
// `actFace(cues)` and `sayDigits(digits)` are Python's (`browser.py`); both answer in base64.
(() => {
  const RATE = 12; // pictures a second that the actor has
  const EARLY_MS = 2; // timers are not exact
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [480, 360];
  const pen = canvas.getContext("2d");
  let frames = [];
  let acting = null;
  let sound = null;
  const audio = new AudioContext();
  const microphone = audio.createMediaStreamDestination();
  const room = audio.createOscillator(); // no room is silent, and a recorder waits for sound
  const quiet = audio.createGain();
  quiet.gain.value = 0.0005;
  room.connect(quiet).connect(microphone);
  room.start();

  const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

  function paint() {
    if (frames.length === 0) {
      pen.fillStyle = `hsl(${(performance.now() / 20) % 360} 40% 50%)`;
      pen.fillRect(0, 0, canvas.width, canvas.height);
      return;
    }
    const at = Math.floor(((elapsed() + EARLY_MS) * RATE) / 1000);
    pen.drawImage(frames[acting === null ? 0 : placeOf(at)], 0, 0, canvas.width, canvas.height);
  }

  const elapsed = () => performance.now() - (acting ?? 0);

  // After it has acted the face waits: some pictures, back and there again.
  function placeOf(at) {
    const last = frames.length - 1;
    return at <= last ? at : last - [0, 1, 2, 3, 4, 3, 2, 1][(at - last) % 8];
  }

  // Each picture is shown when it is due, or motion would be uneven as no camera makes it.
  function paintOnTime() {
    paint();
    const step = 1000 / (2 * RATE);
    setTimeout(paintOnTime, step + 1 - ((elapsed() + EARLY_MS) % step));
  }
  paintOnTime();

  async function shown() {
    paint();
    for (let count = 0; count < 3; count += 1) await new Promise(requestAnimationFrame);
  }

  async function prepare(drawn) {
    const asked = drawn.asked ?? {};
    if (asked.cues) {
      acting = null;
      const pictures = await window.actFace(asked.cues);
      frames = await Promise.all(pictures.map((one) => createImageBitmap(new Blob([bytesOf(one)]))));
      // A face that is squeezed opens its mouth less.
      if (frames.length) canvas.width = 2 * Math.round((180 * frames[0].width) / frames[0].height);
      await shown(); // a new size clears the canvas, and a recorder begins with what it shows
    }
    const digits = drawn.digits ?? (asked.first ?? "") + (asked.second ?? "");
    if (digits) sound = await audio.decodeAudioData(bytesOf(await window.sayDigits(digits)).buffer);
  }

  const fetchReally = window.fetch;
  window.fetch = async (address, options) => {
    const answer = await fetchReally(address, options);
    const draws = options?.method === "POST" && /\/(challenges|me\/verifications)$/.test(String(address));
    if (draws && answer.ok) await prepare(await answer.clone().json());
    return answer;
  };

  navigator.mediaDevices.getUserMedia = async (wanted) => {
    await audio.resume();
    return wanted.video ? canvas.captureStream() : microphone.stream.clone();
  };

  const startReally = MediaRecorder.prototype.start;
  MediaRecorder.prototype.start = function (...given) {
    this.addEventListener("start", async () => {
      window.recorded = [...(window.recorded ?? []), this.mimeType];
      if (this.stream.getVideoTracks().length) {
        acting = performance.now();
        return;
      }
      await audio.resume();
      const source = audio.createBufferSource();
      source.buffer = sound;
      source.connect(microphone);
      window.spoken = new Promise((resolve) => (source.onended = () => resolve(true)));
      source.start();
    });
    return startReally.apply(this, given);
  };
})();
