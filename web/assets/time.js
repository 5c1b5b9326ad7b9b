// Puts the reader's own time behind each instant, which the page gives in UTC.
"use strict";
if (new Date().getTimezoneOffset() !== 0) {
  const show = new Intl.DateTimeFormat(document.documentElement.lang, {
    month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
  });
  for (const at of document.querySelectorAll("time[datetime]")) {
    const instant = new Date(at.dateTime);
    if (!Number.isNaN(instant.valueOf())) at.append(" (" + show.format(instant) + ")");
  }
}
