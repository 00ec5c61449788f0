/**
 * Baton for React: a provider and hooks over `@baton/sdk`.
 *
 * ```tsx
 * <BatonProvider client={client}>
 *   <Editor object={object} />
 * </BatonProvider>
 * ```
 */
export { BatonProvider, useClient } from "./provider.tsx";
export { useReadable, useRoom } from "./readable.ts";
export { useMe, useServerNow, useStatus, type MeView } from "./connection.ts";
export { useMembers, useObjects, usePeople, type PersonHere, type PersonSession } from "./people.ts";
export { useChanges, useNode, useObject, useStepNumber, useStepNumbers } from "./stack.ts";
export { useField, type FieldHandle } from "./field.ts";
export {
  useExplanation,
  useLock,
  useMay,
  useRequestsForMe,
  type IncomingRequest,
  type LockHandle,
} from "./locks.ts";
export { caretsIn, placeIn, useCarets, type Caret } from "./carets.ts";
export { useChat, useLocate, useTyping, type ChatHandle } from "./chat.ts";
export { useNotifications, type Notification, type NotificationsHandle } from "./notifications.ts";
export { useKept, useParked, useUnsaved, type ParkedHandle } from "./parked.ts";
