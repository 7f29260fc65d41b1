// Before the page's camera and microphone while it is photographed: a drawn paper, a drawn head, a tone.
(() => {
  const FRAME_MS = 40;
  const FILES = { paper: "PAPER", face: "FACE" }; // in base64

  function decoded(file) {
    const bytes = Uint8Array.from(atob(file), (one) => one.charCodeAt(0));
    return createImageBitmap(new Blob([bytes]));
  }

  async function camera(facing) {
    const face = facing === "user";
    const picture = await decoded(face ? FILES.face : FILES.paper);
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [picture.width, picture.height];
    const pen = canvas.getContext("2d");
    const draw = () => pen.drawImage(picture, 0, 0);
    draw();
    setInterval(draw, FRAME_MS);
    return canvas.captureStream();
  }

  function microphone() {
    const context = new AudioContext();
    const tone = context.createOscillator();
    const volume = context.createGain();
    volume.gain.value = 0.2;
    const out = context.createMediaStreamDestination();
    tone.connect(volume).connect(out);
    tone.start();
    return out.stream;
  }

  navigator.mediaDevices.getUserMedia = async ({ audio, video }) =>
    audio ? microphone() : camera(video?.facingMode?.ideal);
})();
