// A mailed link carries its code behind the #, which never reaches a server: it goes into the form, or is shown.
const code = decodeURIComponent(location.hash.slice(1)), place = document.querySelector("[data-code]");
if (code && place && "value" in place) place.value = code;
else if (code && place) { place.textContent = code; place.parentElement.hidden = false; }
