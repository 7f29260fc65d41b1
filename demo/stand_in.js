// Stands in for getUserMedia: a person who acts and says whatever the page has drawn.
// `actFace(cues)` and `sayDigits(digits)` are Python's (`browser.py`); both answer in base64.
(() => {
  const RATE = 12; // pictures a second that the actor has
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
    // Before and after it acts the face waits: some pictures, there and back.
    const at = Math.floor(((performance.now() - (acting ?? 0)) * RATE) / 1000);
    const waiting = [0, 1, 2, 3, 4, 3, 2, 1][at % 8];
    const last = frames.length - 1;
    const place = acting === null ? waiting : at <= last ? at : last - waiting;
    pen.drawImage(frames[place], 0, 0, canvas.width, canvas.height);
  }
  setInterval(paint, 1000 / 24);

  async function prepare(drawn) {
    const asked = drawn.asked ?? {};
    if (asked.cues) {
      acting = null;
      const pictures = await window.actFace(asked.cues);
      frames = await Promise.all(pictures.map((one) => createImageBitmap(new Blob([bytesOf(one)]))));
      // A face that is squeezed opens its mouth less.
      if (frames.length) canvas.width = 2 * Math.round((180 * frames[0].width) / frames[0].height);
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
