import { type ReactNode, useState } from "react";

import { numberText } from "./numbers";

interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly step?: number;
  readonly title?: string;
  readonly onChange: (value: number) => void;
}

/** A number that is taken with Enter, or when the field is left. */
export function NumberField({ label, value, step, title, onChange }: NumberFieldProps) {
  const [text, setText] = useState<string>();
  const take = () => {
    const number = Number(text);
    if (text !== undefined && text.trim() !== "" && Number.isFinite(number)) {
      onChange(number);
    }
    setText(undefined);
  };
  return (
    <label className="image-field" title={title}>
      <span>{label}</span>
      <input
        type={step === undefined ? "text" : "number"}
        inputMode="decimal"
        step={step}
        value={text ?? numberText(value)}
        onChange={(event) => {
          setText(event.target.value);
        }}
        onBlur={take}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === "Enter") take();
          if (event.key === "Escape") setText(undefined);
        }}
      />
    </label>
  );
}

interface CheckProps {
  readonly label: ReactNode;
  readonly hint?: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

/** A box to tick. */
export function Check({ label, hint, checked, onChange }: CheckProps) {
  return (
    <label className="image-check" title={hint}>
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => {
          onChange(event.target.checked);
        }}
      />
      {label}
    </label>
  );
}

interface ChoiceProps<Option extends string> {
  readonly label: string;
  readonly options: readonly Option[];
  readonly value: Option;
  readonly onChange: (option: Option) => void;
}

/** One of some. */
export function Choice<Option extends string>(props: ChoiceProps<Option>) {
  const { label, options, value, onChange } = props;
  return (
    <label className="image-field">
      <span>{label}</span>
      <select
        value={value}
        onChange={(event) => {
          onChange(event.target.value as Option);
        }}
      >
        {options.map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
    </label>
  );
}
