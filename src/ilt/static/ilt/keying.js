// Paper booklets: typed twice, compared here, sent in random order. Nothing half typed leaves this page.
"use strict";
const $ = (id) => document.getElementById(id);
const form = $("booklet");
const parts = [...form.querySelectorAll(".part")];
let tries = [], batch = [];

const canonical = (code) => code.toUpperCase().replace(/[^0-9A-Z]/g, "").replace(/[IL]/g, 1).replace(/O/g, 0);
const typed = () => ({ code: canonical($("slip").value), marks: parts.map((part) => part.value.trim().toUpperCase()) });

function say(id) {
  $("status").hidden = false;
  $("status").textContent = $(`text-${id}`).textContent;
}

function fits(part) {
  const marks = part.value.trim().toUpperCase();
  if (!marks && "optional" in part.dataset) return true;
  const allowed = new RegExp(`^[1-${part.dataset.most}S${"unsure" in part.dataset ? "N" : ""}]*$`);
  return marks.length === +part.dataset.items && allowed.test(marks);
}

function point(wrong) {
  for (const input of [$("slip"), ...parts]) {
    input.closest(".field").classList.toggle("wrong", wrong.includes(input));
    input.setAttribute("aria-invalid", wrong.includes(input));
  }
  wrong[0]?.focus();
}

function begin(again) {
  $("pass").textContent = again ? $("pass").dataset.second : $("pass").dataset.first;
  if (!again) tries = [];
  form.reset();
  point([]);
  form.hidden = false;
  $("batch").hidden = !batch.length;
  $("count").textContent = batch.length;
  $("slip").focus();
}

function different(one, other) {
  const inputs = parts.filter((part, index) => one.marks[index] !== other.marks[index]);
  return one.code === other.code ? inputs : [$("slip"), ...inputs];
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const now = typed();
  const wrong = parts.filter((part) => !fits(part));
  if (now.code.length !== 10) return say("code"), point([$("slip"), ...wrong]);
  if (wrong.length) return say("marks"), point(wrong);
  if (batch.some((each) => each.code === now.code)) return say("twice"), point([$("slip")]);
  const differing = tries.map((earlier) => different(earlier, now));
  tries.push(now);
  if (tries.length === 1) return ($("status").hidden = true), begin(true);
  // Equal to any earlier time: the wrong one of two differing times may have been the first.
  if (differing.every((inputs) => inputs.length)) return say("differs"), point(differing[0]);
  batch.push(now);
  begin(false);
  say("equal");
});

$("restart").addEventListener("click", () => begin(false));

function byte(mark) {
  return mark === "S" ? 0 : mark === "N" ? 254 : +mark;
}

function envelope({ marks }) {
  const text = form.dataset.head.replace(/-/g, "+").replace(/_/g, "/");
  const values = marks.flatMap((part, index) =>
    part ? [...part].map(byte) : Array(+parts[index].dataset.items).fill(253),
  );
  const sealed = new Uint8Array(+form.dataset.payload + 413);
  sealed.set([...atob(text)].map((c) => c.charCodeAt()), 1);
  sealed.set(values, 18);
  return btoa(String.fromCharCode(...sealed)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
}

async function post(path, body) {
  const options = { method: "POST", credentials: "omit", body: JSON.stringify(body) };
  try {
    const reply = await fetch(`/box/${form.dataset.wave}/${path}`, options);
    return { status: reply.status, ...(await reply.json()) };
  } catch {
    return { status: 0 };
  }
}

// Answers that this slip has sent before are refused, and replaced only when the keyer says so.
async function send(booklet) {
  const { code, rev = 0 } = booklet;
  const reply = await post("slip", { code, rev, sealed: envelope(booklet) });
  if (reply.error === "newer") booklet.stored = reply.rev;
  return reply.status;
}

// Random bytes as sort keys: the order of sending tells nothing about the order of the pile.
function shuffled(list) {
  return list
    .map((each) => [crypto.getRandomValues(new Uint32Array(1))[0], each])
    .sort(([one], [other]) => one - other)
    .map(([, each]) => each);
}

function report(booklet, status) {
  const line = document.createElement("li");
  line.textContent = `${booklet.code}: ${($(`text-${status}`) || $("text-0")).textContent} `;
  if (status === 409) line.append(replaceButton(booklet));
  $("failed").append(line);
}

function replaceButton(booklet) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = $("text-replace").textContent;
  button.addEventListener("click", () => {
    booklet.rev = booklet.stored + 1;
    sendAll();
  });
  return button;
}

async function sendAll() {
  if ($("send").disabled) return;
  $("send").disabled = true;
  $("failed").replaceChildren();
  const left = [];
  for (const booklet of shuffled(batch)) {
    const status = await send(booklet);
    if (status === 200 || status === 201) continue;
    if (status !== 404) left.push(booklet); // a code that nobody knows has to be typed anew
    report(booklet, status);
  }
  batch = left;
  $("send").disabled = false;
  $("count").textContent = batch.length;
  say($("failed").children.length ? "left" : "sent");
}

$("send").addEventListener("click", sendAll);

addEventListener("beforeunload", (event) => {
  if (batch.length || tries.length) event.preventDefault();
});

begin(false);
