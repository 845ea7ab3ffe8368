import type { Group } from "./api/client";
import search from "./groups/SearchBox.module.css";
import gallery from "./groups/visitors/GalleryPage.module.css";
import head from "./groups/visitors/GroupHead.module.css";
import type { GridPhoto } from "./images/fetchPhoto";
import photograph from "./images/Photo.module.css";
import shell from "./shell/Shell.module.css";
import masthead from "./site/Masthead.module.css";
import type { Site } from "./site/site";

// Draws the first content before the app does, so that loaded photos do not wait for the app's code.

/** The first groups of the gallery, with the covers that exist. The first page also has the site's introduction. */
export function drawGallery(groups: Group[], pictures: (HTMLPictureElement | undefined)[], isFirstPage: boolean) {
  const site: Partial<Site> = JSON.parse(document.getElementById("site")?.textContent || "{}");
  const words = make("div", masthead.masthead, make("p", masthead.title, site.title ?? "\u00a0"));
  if (isFirstPage && site.introduction) words.append(make("p", masthead.introduction, site.introduction));
  if (isFirstPage && site.photographer) words.append(make("p", masthead.photographer, "\u00a0"));
  const cards = groups.map(({ cover, title }, index) => {
    const picture = pictures[index];
    const photo = cover && picture ? drawPhoto(cover, picture) : make("span", gallery.blank);
    return make("li", gallery.card, make("a", "", photo, make("span", gallery.title, title)));
  });
  draw(
    make("div", gallery.head, words, make("div", search.box, make("input"))),
    make("p", gallery.found),
    make("ul", gallery.grid, ...cards),
  );
}

/** The cover of a group's page. */
export function drawCover(cover: GridPhoto, picture: HTMLPictureElement) {
  const photo = drawPhoto(cover, picture);
  photo.style.height = "100%";
  draw(make("div", head.cover, photo));
}

function drawPhoto({ placeholder }: GridPhoto, picture: HTMLPictureElement) {
  const blurred = make("img", photograph.placeholder);
  blurred.src = placeholder;
  picture.querySelector("img")?.setAttribute("class", photograph.image ?? "");
  return make("span", photograph.photo, blurred, picture);
}

function draw(...content: HTMLElement[]) {
  const root = document.querySelector("#root:has(> .splash)");
  // If this element is missing, the app has already rendered.
  if (root === null) return;
  const main = make("div", shell.main, ...content);
  main.inert = true;
  root.append(main);
}

function make<K extends keyof HTMLElementTagNameMap>(name: K, className = "", ...content: (Node | string)[]) {
  const element = document.createElement(name);
  element.className = className;
  element.append(...content);
  return element;
}
