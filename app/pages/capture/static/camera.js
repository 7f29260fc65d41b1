/** @file Cameras and microphones: opened with wishes alone, closed between steps, faults by name. */

const BUSY_PAUSE_MS = 500;
/** Wishes from the largest down; `true` takes whatever there is. */
export const PAPER_SIZES = [[1920, 1080], [1280, 720], [640, 480]];
export const FACE_SIZES = [[640, 480], [480, 360]];

/** @typedef {"denied" | "absent" | "busy" | "unsupported"} Trouble */

/** A camera or a microphone that cannot be had, and why. */
export class MediaTrouble extends Error {
  /** @param {Trouble} trouble */
  constructor(trouble) {
    super(trouble);
    this.trouble = trouble;
  }
}

/** What the name of a DOMException means; null where a smaller wish may help. @param {string} name @returns {Trouble | null} */
export function troubleOf(name) {
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotFoundError") return "absent";
  if (name === "OverconstrainedError") return null;
  return "busy"; // NotReadableError, AbortError, and whatever a browser makes up
}

/** @param {number} ms @returns {Promise<void>} */
const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @param {MediaStreamConstraints} wanted @returns {Promise<MediaStream | null>} null: wish for less */
async function tryOnce(wanted) {
  try {
    return await navigator.mediaDevices.getUserMedia(wanted);
  } catch (error) {
    const trouble = troubleOf(error instanceof Error ? error.name : "");
    if (trouble === null) return null;
    throw new MediaTrouble(trouble);
  }
}

/** The first that can be had; a busy device gets one more try. @param {MediaStreamConstraints[]} wishes @returns {Promise<MediaStream>} */
async function open(wishes) {
  if (!navigator.mediaDevices?.getUserMedia) throw new MediaTrouble("unsupported");
  let triedAgain = false;
  for (const wish of wishes) {
    for (;;) {
      try {
        const stream = await tryOnce(wish);
        if (stream) return stream;
        break;
      } catch (error) {
        if (triedAgain || !(error instanceof MediaTrouble) || error.trouble !== "busy") throw error;
        triedAgain = true;
        await rest(BUSY_PAUSE_MS);
      }
    }
  }
  throw new MediaTrouble("absent");
}

/**
 * A camera, as near to the first size as it can. `exact` is never asked: some phones fail on it.
 * @param {"user" | "environment"} facing
 * @param {number[][]} sizes
 * @param {string} [camera] one by its id, in place of where it faces
 */
export function openCamera(facing, sizes, camera) {
  const which = camera ? { deviceId: { ideal: camera } } : { facingMode: { ideal: facing } };
  const wishes = sizes.map(([width, height]) => ({
    audio: false,
    video: { ...which, width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: 30 } },
  }));
  return open([...wishes, { audio: false, video: true }]);
}

/** A microphone with the browser's own echo and noise handling. */
export function openMicrophone() {
  return open([{ audio: true, video: false }]);
}

/** Let go of a device, so that the next step may have it. @param {MediaStream | null} stream */
export function close(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** Show a stream; resolves once it has a picture. @param {HTMLVideoElement} video @param {MediaStream} stream */
export async function play(video, stream) {
  video.srcObject = stream;
  await video.play().catch(() => undefined); // `autoplay` has begun it
  await nextFrame(video);
}

/** Wait for the next picture of a video. @param {HTMLVideoElement} video @returns {Promise<number>} `performance.now()` then */
export function nextFrame(video) {
  return new Promise((resolve) => {
    if (video.requestVideoFrameCallback) {
      video.requestVideoFrameCallback((now) => resolve(now));
      return;
    }
    const before = video.currentTime;
    const look = () => (video.currentTime === before ? requestAnimationFrame(look) : resolve(performance.now()));
    requestAnimationFrame(look);
  });
}

/** Pictures a second, looked at for so long. @param {HTMLVideoElement} video @param {number} ms */
export async function frameRate(video, ms) {
  const began = await nextFrame(video);
  let frames = 0;
  let now = began;
  while (now - began < ms) {
    now = await Promise.race([nextFrame(video), rest(ms).then(() => began + ms)]);
    frames += 1;
  }
  return (frames * 1000) / (now - began);
}

/** The id of the camera after this one; undefined where there is no other. @param {MediaStream} stream @returns {Promise<string | undefined>} */
export async function otherCamera(stream) {
  const all = (await navigator.mediaDevices.enumerateDevices()).filter((one) => one.kind === "videoinput");
  const now = stream.getVideoTracks()[0]?.getSettings().deviceId;
  const place = all.findIndex((one) => one.deviceId === now);
  return all.length > 1 ? all[(place + 1) % all.length].deviceId : undefined;
}
