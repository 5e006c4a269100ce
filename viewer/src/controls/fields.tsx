import "./controls.css";

import { type ReactNode, useId } from "react";

interface FieldProps {
  readonly label: string;
  /** Units and meaning, told when the pointer rests. */
  readonly title?: string | undefined;
  readonly hint?: ReactNode;
}

interface TextFieldProps extends FieldProps {
  readonly value: string;
  readonly placeholder?: string | undefined;
  readonly lines?: number | undefined;
  readonly onChange: (value: string) => void;
}

/** A line, or lines, of text. */
export function TextField({ label, title, hint, ...props }: TextFieldProps) {
  const { value, placeholder, lines, onChange } = props;
  const id = useId();
  const shared = { id, value, placeholder, spellCheck: false, autoComplete: "off" };
  return (
    <div className="field" title={title}>
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      {lines ? (
        <textarea
          {...shared}
          rows={lines}
          onChange={(event) => {
            onChange(event.target.value);
          }}
        />
      ) : (
        <input
          {...shared}
          onChange={(event) => {
            onChange(event.target.value);
          }}
        />
      )}
      {hint !== undefined && <span className="field-hint">{hint}</span>}
    </div>
  );
}

interface ChoiceFieldProps<T extends string> extends FieldProps {
  readonly value: T;
  /** Values and what they are called. */
  readonly options: readonly (readonly [T, string])[];
  readonly onChange: (value: T) => void;
}

/** One of a few values. */
export function ChoiceField<T extends string>(props: ChoiceFieldProps<T>) {
  const { label, title, hint, value, options, onChange } = props;
  const id = useId();
  return (
    <div className="field" title={title}>
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <select
        id={id}
        value={value}
        onChange={(event) => {
          onChange(event.target.value as T);
        }}
      >
        {options.map(([each, name]) => (
          <option key={each} value={each}>
            {name}
          </option>
        ))}
      </select>
      {hint !== undefined && <span className="field-hint">{hint}</span>}
    </div>
  );
}

interface CheckFieldProps extends FieldProps {
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
}

/** Something that is done, or is not. */
export function CheckField({ label, title, checked, ...props }: CheckFieldProps) {
  const { disabled, onChange } = props;
  return (
    <label className="check" title={title}>
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(event) => {
          onChange(event.target.checked);
        }}
      />
      {label}
    </label>
  );
}
