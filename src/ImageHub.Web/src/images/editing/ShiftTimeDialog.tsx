import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Photograph } from "../../api/client";
import { Field, SelectField } from "../../design/fields/Field";
import { FormDialog } from "../../shell/FormDialog";
import { deskText } from "../../text/desk";
import { cameraTime } from "../../text/format";
import { imageById } from "../queries";
import styles from "./ShiftTimeDialog.module.css";
import { shiftTimes } from "./shiftTimes";
import { secondsOf, shifted } from "./takenTime";

/** The maximum value of each field. Their sum is within the 3,660 days that the API accepts. */
const most = { days: 3600, hours: 999, minutes: 999 };

/** Corrects the time when several photos were taken, for a camera whose clock was wrong. */
export function ShiftTimeDialog({
  groupId,
  images,
  onClose,
}: {
  groupId: string;
  images: Photograph[];
  onClose: () => void;
}) {
  const words = deskText.taken;
  const [sign, setSign] = useState<1 | -1>(1);
  const [amounts, setAmounts] = useState({ days: 0, hours: 0, minutes: 0 });
  const seconds = sign * secondsOf(amounts);
  const first = images[0];
  const { data } = useQuery({ ...imageById(first?.id ?? ""), enabled: first !== undefined });

  async function submit() {
    if (seconds === 0 || (await shiftTimes(groupId, images, seconds))) onClose();
  }

  const amount = (unit: keyof typeof most) => (
    <Field
      label={words.units[unit]}
      type="number"
      inputMode="numeric"
      min={0}
      max={most[unit]}
      step={1}
      required
      defaultValue={0}
      autoFocus={unit === "hours"}
      onChange={({ target }) => setAmounts({ ...amounts, [unit]: target.valueAsNumber || 0 })}
    />
  );
  return (
    <FormDialog title={words.shiftTitle(images.length)} action={words.shiftAction} onSubmit={submit} onClose={onClose}>
      {() => (
        <>
          <p>{words.shiftHint}</p>
          <SelectField
            label={words.direction}
            value={sign}
            onChange={({ target }) => setSign(target.value === "1" ? 1 : -1)}
          >
            <option value={1}>{words.later}</option>
            <option value={-1}>{words.earlier}</option>
          </SelectField>
          <div className={styles.amounts}>
            {amount("days")}
            {amount("hours")}
            {amount("minutes")}
          </div>
          <p role="status" className={styles.preview}>
            {data &&
              (data.takenAt
                ? words.preview(data.fileName, cameraTime(data.takenAt), cameraTime(shifted(data.takenAt, seconds)))
                : words.noTime(data.fileName))}
          </p>
        </>
      )}
    </FormDialog>
  );
}
