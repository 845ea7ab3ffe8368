import { oblique, quoted } from "./counts.ar";
import type { en } from "./search.en";
import type { Words } from "./words";

/** كلمات البحث والصور حسب التاريخ بالعربية. */
export const words: Words<typeof en> = {
  title: "البحث",
  resultsFor: (term) => `نتائج ${quoted(term)}`,
  all: "كل الصور",
  suggestions: "اقتراحات",
  groups: "المعارض",
  photos: "الصور",
  allResults: (term) => `كل نتائج ${quoted(term)}`,
  nothing: "لم يُعثر على شيء",
  nothingText: "ابحث عن جزء من عنوان أو اسم ملف أو وسم أو كاميرا، أو اختر وسومًا أقل.",
  foundGroups: (value, hasMore) => `عُثر على ${hasMore ? "أكثر من " : ""}${oblique.galleries(value)}`,
  foundPhotos: (value, hasMore) => `عُثر على ${hasMore ? "أكثر من " : ""}${oblique.photos(value)}`,
  moreGroups: "معارض أخرى",
  tags: "الوسوم",
  sort: "الترتيب حسب",
  sorts: {
    "-createdAt": "الإضافة، الأحدث أولًا",
    createdAt: "الإضافة، الأقدم أولًا",
    "-takenAt": "الالتقاط، الأحدث أولًا",
    takenAt: "الالتقاط، الأقدم أولًا",
    fileName: "اسم الملف، تصاعديًا",
    "-fileName": "اسم الملف، تنازليًا",
  },
  byDate: "الصور حسب التاريخ",
  years: "السنوات",
  month: "الشهر",
  newer: "صور أحدث",
  noPhotos: "لا صور بعد",
  noPhotosText: "تظهر الصور هنا فور نشرها.",
};
