// News in the browser: a note that there is something new in a case, and its page when the note is pressed.
// A plain script, so that a worker of either kind can take it in: importScripts(…) or import "…".
const CASE = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

self.addEventListener("push", (event) => {
  let told = {};
  try {
    told = event.data?.json() ?? {};
  } catch {
    // what cannot be read is still a note: a browser that is woken for nothing ends the subscription
  }
  const { title = "OneWindow", body = "", lang = "", tag = "" } = told;
  event.waitUntil(self.registration.showNotification(title, { body, lang, tag, data: { case: told.case } }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const id = event.notification.data?.case ?? "";
  const address = new URL(CASE.test(id) ? `/cases/${id}/` : "/cases/", self.location.origin).href;
  event.waitUntil(
    self.clients.matchAll({ type: "window", includeUncontrolled: true }).then((open) => {
      const there = open.find((page) => page.url === address);
      return there ? there.focus() : self.clients.openWindow(address);
    }),
  );
});
