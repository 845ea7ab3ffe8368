import { count, oblique, photos } from "./counts.ar";
import type { en } from "./sending.en";
import type { Words } from "./words";

/** كلمات إرسال صور الضيوف بالعربية. */
export const words: Words<typeof en> = {
  title: "إضافة صورك",
  intro: "يطّلع المضيف على صورك قبل أن يراها غيره. ولا يُحفظ مكان التقاطها.",
  yourName: "اسمك",
  nameHint: "ليعرف المضيف صاحب هذه الصور.",
  nameMissing: "أدخل اسمك أولًا.",
  choose: "اختيار صور",
  chooseMore: "اختيار صور أخرى",
  left: (value) => `يمكنك إرسال ${oblique.photos(value)}.`,
  full: "لا يمكنك إرسال المزيد من الصور بهذا الرابط.",
  progress: (sent, total) => `أُرسل ${count(sent)} من ${count(total)}`,
  allSent: "أُرسلت كل الصور.",
  someFailed: (value) => `لم تُرسل ${photos(value)}`,
  keepOpen: "أبقِ هذه الصفحة مفتوحة حتى تُرسل كل الصور.",
  offline: "لا يوجد اتصال. سيُستأنف الإرسال فور عودته.",
  busy: "الخادم مشغول. سيُستأنف الإرسال قريبًا.",
  locked: "سيُستأنف الإرسال بعد إدخال كلمة المرور مرة أخرى.",
  list: "صورك",
  states: {
    waiting: "في الانتظار",
    sending: "جارٍ الإرسال",
    storing: "أوشكت على الانتهاء",
    sent: "أُرسلت",
    already: "أُرسلت من قبل",
    failed: "لم تُرسل",
  },
  receipt: (value) =>
    `أرسلت ${oblique.photos(value)}. ستظهر ${value === 1 ? "الصورة" : value === 2 ? "الصورتان" : "الصور"} بعد موافقة المضيف.`,
  receiptList: "ما أرسلته",
  gone: "لم يعد هذا الرابط يقبل الصور.",
  reasons: {
    guestFull: "أرسلت أكبر عدد من الصور يمكن لضيف إرساله.",
    linkFull: "لا يقبل هذا المعرض مزيدًا من الصور.",
    tooManyGuests: "بلغ هذا الرابط حدّه من الضيوف. اطلب من المضيف رابطًا خاصًا بك.",
    fileTooLarge: "الملف كبير جدًا.",
    unsupportedFormat: "هذه ليست صورة، أو أن تنسيقها غير مقبول.",
    corruptImage: "الملف تالف.",
    unreadable: "تتعذر قراءة الملف. اختره مرة أخرى.",
    refused: "لم يقبل الخادم الصورة.",
  },
};
