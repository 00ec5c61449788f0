import { select, stepNumbers, type ChangeDoc, type NodeDoc, type StackState, type Tree } from "@baton/sdk";
import { useEffect, useMemo } from "react";
import { useClient } from "./provider.tsx";
import { useReadable } from "./readable.ts";

/** Opens an object while the component is there, and follows it; `null` until it is asked for. */
export function useObject(id: string | null): StackState | null {
  const client = useClient();
  useEffect(() => {
    if (id === null) return;
    client.open(id);
    return () => client.close(id);
  }, [client, id]);
  const stack = useReadable(client.stack);
  return stack?.object === id ? stack : null;
}

/** A node of the open object; renders only when that node changes. */
export function useNode(id: string): NodeDoc | null {
  const { stack } = useClient();
  const node = useMemo(() => select(stack, (state) => state?.tree.get(id) ?? null), [stack, id]);
  return useReadable(node);
}

const NO_NUMBERS: ReadonlyMap<string, string> = new Map();
const numbered = new WeakMap<Tree, ReadonlyMap<string, string>>();

/** Numbers are counted once for a tree, however many cards ask. */
function numbersOf(tree: Tree | undefined): ReadonlyMap<string, string> {
  if (!tree) return NO_NUMBERS;
  const known = numbered.get(tree);
  if (known) return known;
  const numbers = stepNumbers(tree);
  numbered.set(tree, numbers);
  return numbers;
}

/** The number of every step of the open object. */
export function useStepNumbers(): ReadonlyMap<string, string> {
  const { stack } = useClient();
  const numbers = useMemo(() => select(stack, (state) => numbersOf(state?.tree)), [stack]);
  return useReadable(numbers);
}

/** The number of a step of the open object, such as `4.1`; renders only when it changes. */
export function useStepNumber(id: string): string {
  const { stack } = useClient();
  const number = useMemo(() => select(stack, (state) => numbersOf(state?.tree).get(id) ?? ""), [stack, id]);
  return useReadable(number);
}

const NO_CHANGES: readonly ChangeDoc[] = [];

/** The changes of the open object since its published version, oldest first; with `item` only those about it. */
export function useChanges(item?: string): readonly ChangeDoc[] {
  const { stack } = useClient();
  const all = useMemo(() => select(stack, (state) => state?.changes ?? NO_CHANGES), [stack]);
  const changes = useReadable(all);
  return useMemo(
    () => (item === undefined ? changes : changes.filter((change) => change.item === item)),
    [changes, item],
  );
}
