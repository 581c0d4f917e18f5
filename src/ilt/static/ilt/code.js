// A mailed link carries its code behind the #, which never reaches a server: it goes into the form, or is shown.
function take() {
  const code = decodeURIComponent(location.hash.slice(1)), place = document.querySelector("[data-code]");
  if (code && place && "value" in place) place.value = code;
  else if (code && place) { place.textContent = code; place.parentElement.hidden = false; }
}
take();
addEventListener("hashchange", take); // a link pasted over the page that waits for it loads nothing
