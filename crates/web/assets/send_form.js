// Sends the form of a page that continues by itself, but not while the browser prerenders the page.
"use strict";
{
  const send = () => document.getElementById("send").submit();
  if (document.prerendering) document.addEventListener("prerenderingchange", send, { once: true });
  else send();
}
