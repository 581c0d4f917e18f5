// The respondent's side of a ballot. It carries no words: every sentence lies in the page, hidden.
"use strict";
const $ = (id) => document.getElementById(id);
const all = (selector) => [...document.querySelectorAll(selector)];
const wave = document.body.dataset.wave;
const isSlip = location.pathname.startsWith("/go/");

let keys, who, name, entry, lost, busy, stopped, at;

// ---- Bytes

const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
const fromText = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt());
const utf8 = (text) => new TextEncoder().encode(text);
const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

async function fingerprint() {
  const known = [...utf8("coherently/keys/v1"), ...fromText(keys.sign_spki), ...fromText(keys.seal_spki)];
  const bits = Array.from(await sha256(new Uint8Array(known)), (b) => b.toString(2).padStart(8, 0)).join("");
  return bits.slice(0, 80).replace(/.{5}/g, (five) => "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[parseInt(five, 2)]);
}

async function isSigned(prepared, sig) {
  const kind = { name: "RSA-PSS", hash: "SHA-384" };
  const key = await crypto.subtle.importKey("spki", fromText(keys.sign_spki), kind, false, ["verify"]);
  return crypto.subtle.verify({ ...kind, saltLength: 48 }, key, fromText(sig), fromText(prepared));
}

function envelope() {
  const sealed = new Uint8Array(keys.payload_len + 413);
  sealed.set(fromText(document.body.dataset.head), 1);
  all("fieldset").forEach((each, item) => {
    sealed[18 + item] = declined(each.closest(".part")) ? 253 : entry.answers[item] || 0;
  });
  return toText(sealed);
}

// ---- What this device keeps, under a hash of link or code: all find only their own

async function open() {
  const own = toText(await sha256(utf8(who.secret || who.token || who.code)));
  name = found() || `coherently/${wave}/${own.slice(0, 22)}`;
  entry = { answers: {}, declined: [], ...history.state?.entry, ...kept() };
  keep();
  if (lost) say("storage");
}

// A return link whose ballot this device took: its answers are here.
function found() {
  try {
    const start = `"prepared":"${who.token?.slice(0, 84)}`;
    return Object.keys(localStorage).find((each) => localStorage[each].includes(start));
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
  // Without storage a reload still finds the ballot; nothing of it is in the address.
  history.replaceState({ who, at, ...(lost && { entry }) }, "");
}

function forget(prefix = name) {
  try {
    for (const each of Object.keys(localStorage)) if (each.startsWith(prefix)) localStorage.removeItem(each);
  } catch {}
  name = who = entry = undefined;
  history.replaceState(null, "");
}

// ---- Showing

function say(id) {
  for (const each of all("#says > p")) each.hidden = each.id !== `say-${id}`;
  if (id) $("says").scrollIntoView({ block: "nearest" });
}

function show(id) {
  for (const each of ["promise", "ballot", "done"]) $(each).hidden = each !== id;
  for (const each of ["old", "begin", "code", "return", "after", "copied"]) $(each).hidden = true;
  $(id).querySelector("h1").focus();
}

function stop(id) {
  stopped = id;
  show("promise");
  say(id);
}

// This browser lacks something.
function giveUp() {
  keys = undefined;
  show("promise");
  $(isSlip ? "code" : "old").hidden = false;
}

const parts = () => all(".part");
const declined = (part) => entry.declined.includes(part.dataset.domain);
const passed = (part) => part && declined(part) && !part.querySelector(".decline");

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
  (parts()[at] || $("review")).querySelector("h1").focus();
  scrollTo(0, 0);
  history[remember ? "pushState" : "replaceState"]({ ...history.state, who, at }, "");
}

function step(by) {
  let place = at + by;
  while (passed(parts()[place])) place += by;
  place < 0 ? welcome() : go(place);
}

function list() {
  const open = all("fieldset").filter((each, item) => !each.hidden && !entry.answers[item]);
  $("all").hidden = open.length > 0;
  $("some").hidden = !open.length;
  $("some").textContent = $("some").dataset.text.replace("{n}", open.length);
  $("review").querySelector("ul").replaceChildren(...open.map(line));
}

const make = (tag, facts) => Object.assign(document.createElement(tag), facts);

function line(item) {
  const back = () => {
    go(parts().indexOf(item.closest(".part")));
    item.scrollIntoView();
    item.querySelector("input").focus();
  };
  const made = make("li");
  made.append(make("button", { type: "button", textContent: item.querySelector("legend").textContent, onclick: back }));
  return made;
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
  keep();
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
      setTimeout(again, wait * 1000);
      for (const event of ["online", "retry"]) addEventListener(event, again, { once: true });
    });
  }
}

const askKeys = () => ask(`/box/${wave}/keys.json`);
const credential = () => (isSlip ? { code: who.code } : { prepared: entry.prepared, sig: entry.sig });
const box = (path, body) => ask(`/box/${wave}/${path}`, { ...credential(), ...body });

// The server's word names a sentence of the page.
async function refuse({ error = "shape" }) {
  stop(error);
  // At its end a survey may yet be extended; then this ballot is needed.
  if (error === "closed" && (await askKeys()).open === false) forget(`coherently/${wave}/`);
}

async function collect() {
  entry = { ...entry, ...kept() };
  entry.prepared = entry.prepared || toText(crypto.getRandomValues(new Uint8Array(64)));
  keep(); // before the request: a retry after a lost reply asks for the same ballot
  const reply = await ask(`/s/${wave}/collect`, { secret: who.secret, blinded: entry.prepared });
  if (reply.status !== 200) return refuse(reply);
  if (!(await isSigned(entry.prepared, reply.blind_sig))) return stop("key");
  entry.sig = reply.blind_sig;
  keep();
  return true;
}

async function look() {
  const reply = await box("status");
  if (isSlip && reply.status === 404) return forget(), say("unknown");
  if (reply.status !== 200) return refuse(reply);
  if (reply.present) {
    // A known revision stays: if another device sent since, sending must ask before it replaces.
    if (entry.rev === undefined) say(isSlip ? "again" : "empty");
    entry.rev ??= reply.rev;
  } else if (entry.sealed) {
    await post(entry.rev, entry.sealed, "resent"); // a backup was restored
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
  if (reply.receipt) Object.assign(entry, { rev, sealed, receipt: reply.receipt });
  if (reply.error === "newer") entry.rev = reply.rev;
  keep();
  if (reply.error === "closed") return refuse(reply);
  if (!reply.receipt) return say(reply.error || "shape");
  thank();
  say(said);
}

// ---- Beginning

function identify() {
  const [first, second, third] = location.hash.slice(1).split(".");
  ({ who, at } = history.state || {});
  if (first === "r") who = { token: second, fp: third };
  else if (first) who = { secret: first, fp: second };
  history.replaceState({ ...history.state, who }, "", location.pathname + location.search);
}

async function begin() {
  $("old").hidden = true;
  identify();
  if (!crypto.subtle) return stop("crypto");
  keys = await askKeys();
  if (keys.status !== 200) return stop("refused");
  const own = await fingerprint();
  if (own !== keys.fp || (who?.fp && who.fp !== own)) return stop("key");
  if (!keys.open) return refuse({ error: "closed" });
  if (isSlip && !who) return welcome();
  if (!isSlip && !who?.fp) return stop("nolink");
  await resume();
}

async function resume() {
  await open();
  if (who.token) {
    const bytes = fromText(who.token);
    Object.assign(entry, { prepared: toText(bytes.slice(0, 64)), sig: toText(bytes.slice(64)) });
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
  change: () => (say(), go(0)),
  copy: async () => {
    $("way").select();
    await navigator.clipboard.writeText($("way").value);
    $("copied").hidden = false;
  },
  print,
  file: () => {
    const file = URL.createObjectURL(new Blob([$("way").value], { type: "text/plain" }));
    make("a", { href: file, download: "return-link.txt" }).click();
  },
  clear: () => (stop("cleared"), forget()),
};

addEventListener("click", (event) => {
  const way = event.target.closest("nav a");
  if (way && crypto.subtle) {
    event.preventDefault();
    return keys && speak(way.href);
  }
  if (event.target.className === "clear") return answer(event.target.closest("fieldset"));
  if (event.target.id === "retry") dispatchEvent(new Event("retry"));
  else if (clicks[event.target.id] && !busy) alone(clicks[event.target.id]);
});

async function alone(act) {
  busy = true;
  try {
    await act();
  } catch {} // a refused clipboard locks no button
  busy = false;
}

// The other language takes the place of this one; the answers stay.
async function speak(address) {
  const said = document.querySelector("#says > p:not([hidden])")?.id.slice(4);
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
  if (!keys) return; // the server answers without a script too
  event.preventDefault();
  if (event.target.id !== "code" || busy) return;
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

// Two tabs of one ballot show the same.
addEventListener("storage", (event) => {
  if (event.key !== name || !event.newValue) return;
  entry = { ...entry, ...kept() };
  if (!$("ballot").hidden) fill();
});

addEventListener("beforeunload", (event) => lost && entry && !entry.receipt && event.preventDefault());

begin().catch(giveUp);
