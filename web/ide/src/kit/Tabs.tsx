import css from "./kit.module.css";

interface TabsProps<Name extends string> {
  label: string;
  /** Each with its words. */
  tabs: readonly (readonly [Name, string])[];
  shown: Name;
  onShow: (name: Name) => void;
}

/** Which of several views is shown below. */
export function Tabs<Name extends string>({ label, tabs, shown, onShow }: TabsProps<Name>) {
  return (
    <div className={css.tabs} role="tablist" aria-label={label}>
      {tabs.map(([name, words]) => (
        <button
          key={name}
          type="button"
          role="tab"
          aria-selected={shown === name}
          onClick={() => onShow(name)}
        >
          {words}
        </button>
      ))}
    </div>
  );
}
