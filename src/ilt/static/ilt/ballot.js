// The respondent's side of a ballot. It carries no words: every sentence lies in the page, hidden.
"use strict";
const $ = (id) => document.getElementById(id);
const all = (selector) => [...document.querySelectorAll(selector)];
const wave = document.body.dataset.wave;
const isSlip = location.pathname.startsWith("/go/");
const REFUSALS = { 403: "refused", 404: "unknown", 410: "closed", 422: "shape" };

let keys, who, name, entry, lost, busy, stopped, at;

// ---- Bytes

const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
const fromText = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt());
const utf8 = (text) => new TextEncoder().encode(text);
const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

async function fingerprint() {
  const known = [...utf8("coherently/keys/v1"), ...fromText(keys.sign_spki), ...fromText(keys.seal_spki)];
  const bits = [...(await sha256(new Uint8Array(known)))].map((b) => b.toString(2).padStart(8, "0")).join("");
  return bits.slice(0, 80).match(/.{5}/g).map((five) => "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[parseInt(five, 2)]).join("");
}

async function isSigned(prepared, sig) {
  const kind = { name: "RSA-PSS", hash: "SHA-384" };
  const key = await crypto.subtle.importKey("spki", fromText(keys.sign_spki), kind, false, ["verify"]);
  return crypto.subtle.verify({ name: "RSA-PSS", saltLength: 48 }, key, fromText(sig), fromText(prepared));
}

function envelope() {
  const sealed = new Uint8Array(keys.payload_len + 413);
  sealed.set(fromText(document.body.dataset.head), 1);
  all("fieldset").forEach((each, item) => {
    sealed[18 + item] = declined(each.closest(".part")) ? 253 : entry.answers[item] || 0;
  });
  return toText(sealed);
}

// ---- What this device keeps: under a hash of the link or code, so that each person finds only her own

async function open() {
  const own = toText(await sha256(utf8(who.secret || who.token || who.code)));
  name = found() || `coherently/${wave}/${own.slice(0, 22)}`;
  entry = { answers: {}, declined: [], ...history.state?.entry, ...kept() };
  keep();
  if (lost) say("storage");
}

// The return link of a ballot that this device took: its answers are here.
function found() {
  try {
    const start = who.token && `"prepared":"${who.token.slice(0, 84)}`;
    return start && Object.keys(localStorage).find((each) => localStorage[each].includes(start));
  } catch {}
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(name)) || {};
  } catch {
    return {};
  }
}

function keep() {
  try {
    localStorage.setItem(name, JSON.stringify(entry));
  } catch {
    lost = true;
  }
  // Without storage a reload of this tab still finds the ballot; nothing of it is in the address.
  history.replaceState({ who, at, ...(lost && { entry }) }, "");
}

function forget() {
  try {
    localStorage.removeItem(name);
  } catch {}
  name = who = entry = undefined;
  history.replaceState(null, "");
}

// ---- Showing

function say(id) {
  all("#says > p").forEach((each) => (each.hidden = each.id !== `say-${id}`));
  if (id) $("says").scrollIntoView({ block: "nearest" });
}

function show(id) {
  for (const each of ["promise", "ballot", "done"]) $(each).hidden = each !== id;
  for (const each of ["begin", "code", "return", "after"]) $(each).hidden = true;
  $(id).querySelector("h1").focus();
}

function stop(id) {
  stopped = id;
  show("promise");
  say(id);
  if (id === "closed" || id === "cleared") forget();
}

const parts = () => all(".part");
const declined = (part) => part.dataset.domain && entry.declined.includes(part.dataset.domain);
const passed = (part) => declined(part) && !part.querySelector(".decline");

function fill() {
  all("fieldset").forEach((each, item) => {
    each.querySelectorAll("input").forEach((input) => (input.checked = entry.answers[item] === +input.value));
    each.hidden = declined(each.closest(".part"));
  });
  all(".decline input").forEach((box) => (box.checked = declined(box.closest(".part"))));
}

function go(place, remember = true) {
  at = place;
  fill();
  const review = at >= parts().length;
  show("ballot");
  parts().forEach((part, index) => (part.hidden = index !== at));
  $("review").hidden = !review;
  document.querySelector("#ballot .bar").hidden = false;
  $("next").hidden = $("end").hidden = review;
  $("send").hidden = !review;
  $("kept").hidden = true;
  if (review) list();
  (parts()[at] || $("review")).querySelector("h1").focus({ preventScroll: true });
  scrollTo(0, 0);
  history[remember ? "pushState" : "replaceState"]({ ...history.state, who, at }, "");
}

function step(by) {
  let place = at + by;
  while (parts()[place] && passed(parts()[place])) place += by;
  place < 0 ? welcome() : go(place);
}

function list() {
  const open = all("fieldset").filter((each, item) => !each.hidden && !entry.answers[item]);
  $("all").hidden = open.length > 0;
  $("some").hidden = !open.length;
  $("some").textContent = $("some").dataset.text.replace("{n}", open.length);
  $("review").querySelector("ul").replaceChildren(
    ...open.map((each) => {
      const button = Object.assign(document.createElement("button"), { type: "button" });
      button.textContent = each.querySelector("legend").textContent;
      button.onclick = () => {
        go(parts().indexOf(each.closest(".part")));
        each.scrollIntoView();
        each.querySelector("input").focus();
      };
      const line = document.createElement("li");
      line.append(button);
      return line;
    }),
  );
}

function welcome() {
  at = undefined;
  show("promise");
  $(isSlip && !who ? "code" : "begin").hidden = false;
}

function thank() {
  at = -1;
  show("done");
  $("receipt").textContent = entry.receipt;
  $("after").hidden = false;
  $("return").hidden = isSlip;
  if (!isSlip) $("way").value = `${location.origin}/s/${wave}#r.${token()}.${keys.fp}`;
  scrollTo(0, 0);
  history.replaceState({ ...history.state, at }, "");
}

function token() {
  return toText([...fromText(entry.prepared), ...fromText(entry.sig)]);
}

// ---- Asking the server, until it answers

async function ask(path, body) {
  for (let wait = 1; ; wait = Math.min(wait * 2, 30)) {
    try {
      const options = { credentials: "omit", signal: AbortSignal.timeout?.(20000) };
      if (body) Object.assign(options, { method: "POST", body: JSON.stringify(body) });
      const reply = await fetch(path, options);
      if (reply.status < 500) {
        if (!$("say-busy").hidden) say();
        return { status: reply.status, ...(await reply.json().catch(() => ({}))) };
      }
    } catch {}
    say("busy");
    await new Promise((again) => {
      const timer = setTimeout(again, wait * 1000);
      addEventListener("online", again, { once: true });
      addEventListener("retry", again, { once: true });
      addEventListener("retry", () => clearTimeout(timer), { once: true });
    });
  }
}

const credential = () => (isSlip ? { code: who.code } : { prepared: entry.prepared, sig: entry.sig });
const box = (path, body) => ask(`/box/${wave}/${path}`, { ...credential(), ...body });

async function collect() {
  entry = { ...entry, ...kept() };
  entry.prepared = entry.prepared || toText(crypto.getRandomValues(new Uint8Array(64)));
  keep(); // before the request, so that a retry after a lost reply asks for the same ballot
  const reply = await ask(`/s/${wave}/collect`, { secret: who.secret, blinded: entry.prepared });
  if (reply.status !== 200) return stop(reply.error === "taken" ? "taken" : REFUSALS[reply.status] || "shape");
  if (!(await isSigned(entry.prepared, reply.blind_sig))) return stop("key");
  entry.sig = reply.blind_sig;
  keep();
  return true;
}

async function look() {
  const reply = await box("status");
  if (reply.status !== 200) return isSlip && reply.status === 404 ? (forget(), say("unknown")) : stop(REFUSALS[reply.status] || "shape");
  if (reply.present) {
    // A known revision stays: if another device sent since, sending must ask before it replaces.
    if (entry.rev === undefined) say(isSlip ? "again" : "empty");
    entry.rev ??= reply.rev;
  } else if (entry.sealed) {
    await post(entry.rev, entry.sealed, "resent"); // a backup was restored: this device still has the row
  }
  return true;
}

async function send() {
  entry = { ...entry, ...kept() };
  await post(entry.rev === undefined ? 0 : entry.rev + 1, envelope());
}

async function post(rev, sealed, said) {
  entry.pending = { rev, sealed };
  keep();
  $("ballot").inert = true; // what is on its way may not change
  const reply = await box(isSlip ? "slip" : "ballot", entry.pending);
  $("ballot").inert = false;
  delete entry.pending;
  if (reply.status === 409) entry.rev = reply.rev;
  else if (reply.status > 201) {
    keep();
    return reply.status === 410 ? stop("closed") : say(REFUSALS[reply.status] || "shape");
  } else Object.assign(entry, { rev, sealed, receipt: reply.receipt });
  keep();
  if (reply.status === 409) return say("newer");
  thank();
  say(said);
}

// ---- Beginning

function identify() {
  const [first, second, third] = location.hash.slice(1).split(".");
  if (first === "r") who = { token: second, fp: third };
  else if (first) who = { secret: first, fp: second };
  else who = history.state?.who;
  at = history.state?.at;
  history.replaceState({ ...history.state, who }, "", location.pathname + location.search);
}

async function begin() {
  identify();
  if (!crypto.subtle) return stop("crypto");
  keys = await ask(`/box/${wave}/keys.json`);
  if (keys.status !== 200) return stop("refused");
  const own = await fingerprint();
  if (own !== keys.fp || (who?.fp && who.fp !== own)) return stop("key");
  if (!keys.open) {
    if (who) await open();
    return stop("closed");
  }
  if (isSlip && !who) return welcome();
  if (!isSlip && !who?.fp) return stop("nolink");
  await resume();
}

async function resume() {
  await open();
  if (who.token) {
    const bytes = [...fromText(who.token)];
    entry.prepared = toText(bytes.slice(0, 64));
    entry.sig = toText(bytes.slice(64));
    if (!(await isSigned(entry.prepared, entry.sig))) return stop("refused");
  }
  if ((entry.sig || isSlip) && !(await look())) return;
  if (entry.pending) return post(entry.pending.rev, entry.pending.sealed);
  entry.receipt ? thank() : at >= 0 ? go(at, false) : welcome();
}

const clicks = {
  start: async () => (entry.sig || isSlip || (await collect())) && go(0),
  back: () => step(-1),
  next: () => step(1),
  end: () => go(parts().length),
  send,
  replace: () => (say(), send()),
  retry: () => dispatchEvent(new Event("retry")),
  change: () => (say(), go(0)),
  copy: () => navigator.clipboard.writeText($("way").value),
  print: () => print(),
  file: () => {
    const file = URL.createObjectURL(new Blob([$("way").value], { type: "text/plain" }));
    Object.assign(document.createElement("a"), { href: file, download: "return-link.txt" }).click();
  },
  clear: () => stop("cleared"),
};

addEventListener("click", async (event) => {
  const way = event.target.closest("nav a");
  if (way && crypto.subtle) {
    event.preventDefault();
    return keys && speak(way.href);
  }
  if (event.target.className === "clear") return answer(event.target.closest("fieldset"));
  const act = clicks[event.target.id];
  if (!act || (busy && event.target.id !== "retry")) return;
  if (event.target.id === "retry") return act();
  await alone(act);
});

async function alone(act) {
  busy = true;
  await act();
  busy = false;
}

// The other language takes the place of this one; answers and ballot stay as they are.
async function speak(address) {
  const said = all("#says > p").find((each) => !each.hidden)?.id.slice(4);
  const seen = ["promise", "ballot", "done"].find((id) => !$(id).hidden);
  const page = new DOMParser().parseFromString(await (await fetch(address, { credentials: "omit" })).text(), "text/html");
  document.documentElement.lang = page.documentElement.lang;
  document.title = page.title;
  document.body.replaceWith(page.body);
  history.replaceState(history.state, "", address);
  if (stopped) return stop(stopped);
  seen === "ballot" ? go(at, false) : seen === "done" ? thank() : welcome();
  say(said);
}

addEventListener("change", ({ target }) => {
  if (target.type === "checkbox") {
    const { domain } = target.closest(".part").dataset;
    entry.declined = entry.declined.filter((each) => each !== domain);
    if (target.checked) entry.declined.push(domain);
    keep();
    fill();
    if (target.checked) step(1);
  }
  if (target.type === "radio") answer(target.closest("fieldset"), +target.value);
});

function answer(item, value) {
  const place = all("fieldset").indexOf(item);
  if (value) entry.answers[place] = value;
  else delete entry.answers[place];
  keep();
  if (!value) {
    fill();
    item.querySelector("input").focus(); // the button that had the focus goes away
  }
  $("kept").hidden = lost;
}

addEventListener("submit", async (event) => {
  event.preventDefault();
  if (event.target.id !== "code" || busy || !keys) return;
  await alone(async () => {
    say();
    who = { code: $("typed").value.toUpperCase().replace(/[^0-9A-Z]/g, "").replace(/[IL]/g, 1).replace(/O/g, 0) };
    await open();
    if (await look()) go(0);
  });
});

addEventListener("popstate", ({ state }) => {
  if (!entry || !state) return;
  state.at === undefined ? welcome() : state.at < 0 ? thank() : go(state.at, false);
});

// Another tab of the same ballot changed something: both show the same.
addEventListener("storage", (event) => {
  if (event.key !== name || !event.newValue) return;
  entry = { ...entry, ...kept() };
  if (!$("ballot").hidden) fill();
});

begin();
