// Says that mail has come; loading it is left to the person, unless the page is at its top and untouched.
const news = document.getElementById("news");
let seen;

async function look() {
  try {
    const { messages, delivered } = await (await fetch("/inbox/stats")).json();
    const now = `${messages} ${delivered}`;
    seen ??= now;
    if (now !== seen) {
      if (scrollY < 50 && document.activeElement === document.body) return location.reload();
      news.innerHTML = '<a href="">New mail has come. Show it</a>';
    }
  } catch {
    news.textContent = "The emulator doesn't answer.";
  }
  setTimeout(look, document.hidden ? 10_000 : 2_000);
}

look();
