import { type FormEvent, useState } from "react";
import { Button } from "../../design/Button";
import { Field, SelectField } from "../../design/fields/Field";
import { Dialog, DialogActions } from "../../design/overlays/Dialog";
import { atPosition, beside, type Place } from "../../order/places";
import { text } from "../../text";
import { mineText } from "../../text/mine";
import styles from "./MoveDialog.module.css";

/** Asks for the new position of items in a list: a number, or before or after another item. */
export function MoveDialog({
  items,
  ids,
  onMove,
  onClose,
}: {
  /** The whole list. */
  items: { id: string; name: string }[];
  /** The items to move, in list order. */
  ids: string[];
  onMove: (place: Place) => void;
  onClose: () => void;
}) {
  const [way, setWay] = useState<"position" | "before" | "after">("position");
  const others = items.filter(({ id }) => !ids.includes(id));

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const place =
      way === "position"
        ? atPosition(items, ids, Number(fields.get("position")))
        : beside(items, ids, String(fields.get("other")), way);
    onMove(place);
    onClose();
  }

  return (
    <Dialog title={mineText.desk.moveTitle(ids.length)} onClose={onClose}>
      <form onSubmit={submit}>
        <fieldset className={styles.ways}>
          <legend className="visuallyHidden">{mineText.desk.where}</legend>
          {(["position", "before", "after"] as const).map((name) => (
            <label key={name}>
              <input
                type="radio"
                name="way"
                checked={way === name}
                disabled={others.length === 0}
                onChange={() => setWay(name)}
              />
              {mineText.desk.ways[name]}
            </label>
          ))}
        </fieldset>
        {way === "position" ? (
          <Field
            label={mineText.desk.position(others.length + 1)}
            name="position"
            type="number"
            inputMode="numeric"
            min={1}
            max={others.length + 1}
            defaultValue={items.findIndex(({ id }) => id === ids[0]) + 1}
            required
            autoFocus
          />
        ) : (
          <SelectField label={mineText.desk.ways[way]} name="other" required>
            {others.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </SelectField>
        )}
        <DialogActions>
          <Button onClick={onClose}>{text.common.cancel}</Button>
          <Button type="submit" look="primary">
            {mineText.desk.move}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
