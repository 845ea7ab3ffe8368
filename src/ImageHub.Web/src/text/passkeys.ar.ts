import { isolated, quoted } from "./counts.ar";
import type { en } from "./passkeys.en";
import type { Words } from "./words";

/** النصوص العربية عن مفاتيح المرور. */
export const words: Words<typeof en> = {
  title: "مفاتيح المرور",
  about: "سجّل الدخول ببصمة إصبعك أو بوجهك أو بمفتاح أمان بدلًا من كلمة المرور.",
  noBrowser: "لا يدعم هذا المتصفح مفاتيح المرور.",
  onlyAt: (address) => `لا تعمل مفاتيح المرور إلا على ${isolated(address)}.`,
  noAddress: "تحتاج مفاتيح المرور إلى عنوان له اسم مضيف وhttps يعيّنه المشرف.",
  add: "إضافة مفتاح مرور",
  name: "الاسم",
  nameHint: "مثل «الهاتف» أو «حاسوب العمل».",
  addAction: "متابعة",
  passwordHint: "مضى أكثر من خمس دقائق على تسجيل دخولك، فأكّد كلمة مرورك.",
  added: (name) => `أُضيف مفتاح المرور ${quoted(name)}.`,
  facts: (added, used) =>
    used === null ? `أُضيف في ${added} ولم يُستخدم بعد` : `أُضيف في ${added}، وآخر استخدام في ${used}`,
  remove: "حذف",
  removeOf: (name) => `حذف مفتاح المرور ${quoted(name)}`,
  removeTitle: (name) => `هل تريد حذف مفتاح المرور ${quoted(name)}؟`,
  removeText: "لن تستطيع تسجيل الدخول به بعد الآن. قد يظل جهازك يعرضه.",
  removed: (name) => `حُذف مفتاح المرور ${quoted(name)}.`,
  notRemoved: (name) => `لم يُحذف مفتاح المرور ${quoted(name)}.`,
  already: "لدى هذا الجهاز مفتاح مرور لحسابك بالفعل.",
  cancelled: "لم يُضف أي مفتاح مرور.",
  wrongPassword: "هذه ليست كلمة مرورك.",
  signIn: "تسجيل الدخول بمفتاح مرور",
  unknown: "لم يُقبل مفتاح المرور هذا. حاول مجددًا، أو سجّل الدخول بطريقة أخرى.",
};
