// Shows the offline page in the language that the reader has chosen in the gallery, or else in the browser's language.
const sections = [...document.querySelectorAll("section")];

function chosen() {
  try {
    return localStorage.getItem("imagehub.language");
  } catch {
    return null;
  }
}

const primary = (tag) => tag.split("-")[0];
const asked = [chosen(), ...navigator.languages.map(primary), "en"];
const spoken = asked.find((tag) => sections.some(({ lang }) => lang === tag));
for (const section of sections) {
  section.hidden = section.lang !== spoken;
  if (section.hidden) continue;
  document.documentElement.lang = spoken;
  document.title = section.querySelector("h1").textContent;
}
