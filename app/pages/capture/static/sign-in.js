/** @file Signing in by a phone number and a one-time code. */

import { askCode, signIn } from "./api.js";
import { any, button, element, input, show, warn } from "./dom.js";
import { attempt, submitOf } from "./flow.js";
import { words } from "./words.js";

const PHONE = /^1[3-9][0-9]{9}$/;
const CODE = /^[0-9]{6}$/;

/** @param {import("./flow.js").Flow} flow */
export function enterPhone(flow) {
  const phoneForm = element("phone-form", HTMLFormElement);
  const codeForm = element("code-form", HTMLFormElement);
  let sentTo = "";
  let attemptId = "";
  show({ "phone-form": true, "phone-steps": true, "code-form": false });

  const ask = async () => {
    attemptId = await askCode(sentTo);
    any("code-sent").textContent = words("code_sent", { phone: sentTo.replace(/^(...)(....)/, "$1 $2 ") });
    show({ "phone-form": false, "phone-steps": false, "code-form": true });
    input("code").value = "";
    input("code").focus();
  };
  phoneForm.onsubmit = (event) => {
    event.preventDefault();
    sentTo = digitsOf("phone");
    if (isWrong("phone", PHONE, sentTo, "phone_wrong")) return;
    void attempt(submitOf(phoneForm), ask);
  };
  codeForm.onsubmit = (event) => {
    event.preventDefault();
    const code = digitsOf("code");
    if (isWrong("code", CODE, code, "code_wrong")) return;
    void attempt(submitOf(codeForm), async () => {
      await signIn(attemptId, sentTo, code);
      await flow.next();
    });
  };
  button("code-again").onclick = () => {
    show({ "phone-form": true, "code-form": false });
    input("phone").focus();
  };
}

/** @param {string} id */
function digitsOf(id) {
  return input(id).value.replace(/[\s-]/g, "");
}

/** @param {string} id @param {RegExp} form @param {string} value @param {string} sentence */
function isWrong(id, form, value, sentence) {
  const wrong = !form.test(value);
  input(id).setAttribute("aria-invalid", String(wrong));
  if (wrong) {
    warn(words(sentence));
    input(id).focus();
  }
  return wrong;
}
