import { isolated } from "./counts.ar";
import type { en } from "./oidc.en";
import type { Words } from "./words";

/** النصوص العربية عن مزوّد OpenID Connect. */
export const words: Words<typeof en> = {
  signIn: (name) => `تسجيل الدخول عبر ${isolated(name)}`,
  newTab: "يُفتح في علامة تبويب جديدة. عُد إلى هنا بعد ذلك.",
  title: "تسجيل الدخول الموحّد",
  about: (name) => `اربط حسابك بـ ${isolated(name)} لتسجّل الدخول من هناك بدلًا من كلمة المرور.`,
  joined: (name, since) => `مرتبط بـ ${isolated(name)} منذ ${since}.`,
  followsClaims: (name) => `يحدّد ${isolated(name)} دورك ومستواك.`,
  connect: (name) => `الربط بـ ${isolated(name)}`,
  leave: "إلغاء الربط",
  leaveTitle: (name) => `هل تريد إلغاء الربط بـ ${isolated(name)}؟`,
  leaveText: (name) => `لن تستطيع تسجيل الدخول عبر ${isolated(name)} بعد الآن. تبقى جلستك مفتوحة.`,
  left: (name) => `أُلغي الربط بـ ${isolated(name)}.`,
  lastMethod: "لن تستطيع تسجيل الدخول بعد ذلك. أضف مفتاح مرور أولًا.",
  tooOld: "مضى أكثر من خمس دقائق على تسجيل دخولك. سجّل الخروج ثم الدخول وحاول مجددًا.",
  noPassword: "لا يمكنك تسجيل الدخول بكلمة مرور.",
  errors: {
    providerUnavailable: "لا تستجيب خدمة تسجيل الدخول. حاول لاحقًا، أو سجّل الدخول بطريقة أخرى.",
    providerRefused: "أُلغي تسجيل الدخول أو رُفض.",
    signInExpired: "استغرق تسجيل الدخول وقتًا طويلًا أو بدأ في متصفح آخر. حاول مجددًا.",
    answerInvalid: "تعذّر التحقق من رد خدمة تسجيل الدخول. حاول مجددًا، وإن تكرّر ذلك فأخبر المشرف.",
    noAccount: "ليس لديك حساب هنا، أو أنه معطّل. اسأل المشرف.",
    identityTaken: "هذا الدخول مرتبط بالفعل بحساب آخر هنا.",
    tooManyAttempts: "فشلت محاولات كثيرة لتسجيل الدخول. حاول بعد دقيقة.",
    publicUrlMissing: "لا يعمل هذا الدخول إلا على العنوان العام الذي يجب أن يعيّنه المشرف.",
  } as Record<string, string>,
  otherError: "فشل تسجيل الدخول. حاول مجددًا.",
};
