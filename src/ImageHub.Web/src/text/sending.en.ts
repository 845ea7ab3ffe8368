import { count, photos } from "./counts.en";

/** The English texts of the sheet in which guests send photos. They load with the sheet. */
export const en = {
  title: "Add your photos",
  intro: "The host looks at your photos before others see them. Where they were taken is not kept.",
  yourName: "Your name",
  nameHint: "So that the host knows whose photos these are.",
  nameMissing: "Enter your name first.",
  choose: "Choose photos",
  chooseMore: "Choose more photos",
  left: (value: number) => `You can send ${photos(value)}.`,
  full: "You cannot send more photos with this link.",
  progress: (sent: number, total: number) => `${count(sent)} of ${count(total)} sent`,
  allSent: "All photos are sent.",
  someFailed: (value: number) => `${photos(value)} not sent`,
  keepOpen: "Keep this page open until all photos are sent.",
  offline: "No connection. Sending continues when you are back online.",
  busy: "The server is busy. Sending continues shortly.",
  locked: "Sending continues when you have entered the password again.",
  list: "Your photos",
  states: {
    waiting: "Waiting",
    sending: "Sending",
    storing: "Almost done",
    sent: "Sent",
    already: "Already sent",
    failed: "Not sent",
  },
  receipt: (value: number) =>
    `You sent ${photos(value)}. ${value === 1 ? "It appears after the host has approved it." : "They appear after the host has approved them."}`,
  receiptList: "What you sent",
  gone: "This link no longer accepts photos.",
  reasons: {
    guestFull: "You have sent as many photos as a guest can send.",
    linkFull: "This gallery accepts no more photos.",
    tooManyGuests: "This link has reached its limit of guests. Ask the host for a link of your own.",
    fileTooLarge: "The file is too large.",
    unsupportedFormat: "This is not a photo, or its format is not accepted.",
    corruptImage: "The file is damaged.",
    unreadable: "The file cannot be read. Choose it again.",
    refused: "The server did not accept the photo.",
  },
};
