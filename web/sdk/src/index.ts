/**
 * Baton for TypeScript: sign in with [`createHttp`], then one [`Client`] for each tab and workspace.
 *
 * ```ts
 * const http = createHttp({ base: location.origin });
 * await http.signIn({ email, password });
 * const client = createClient({ http, workspace });
 * client.start();
 * client.open(object);
 * client.editing.type(item, "value", "$after + 1");
 * ```
 */
export type * from "./protocol.ts";
export { CLOSE, SUBPROTOCOL } from "./protocol.ts";
export type * from "./api.ts";
export type { Input } from "./activity.ts";
export type * from "./talk.ts";
export type * from "./environment.ts";
export type * from "./http-types.ts";
export { createHttp, type Http, type HttpOptions } from "./http.ts";
export { createClient, type ClientOptions } from "./client.ts";
export { asBatonError, BatonError, isNoAnswer, type LocalCode } from "./errors.ts";
export { Emitter, sameList, select, Store, type Readable } from "./store.ts";
export { pathKey, samePath, sameFence } from "./paths.ts";
export { ofRecords, stepsOf } from "./history.ts";
export { isIn } from "./stack.ts";
export { browserEnvironment } from "./browser.ts";
export { memoryOutboxStorage, type OutboxRow, type OutboxStorage } from "./outbox-storage.ts";
export { indexedDbOutboxStorage } from "./outbox-idb.ts";
export { uuidv7 } from "./ids.ts";
export { applyOp, OpFailure, seedsOf, treeOf } from "./tree.ts";
export { recordItem, recordOf } from "./touches.ts";
export {
  ancestors,
  childrenOf,
  documentOrder,
  fieldText,
  isDisabled,
  leftSibling,
  stepNumbers,
  subtree,
  trail,
} from "./reading.ts";
export { customRoleOf, manages, mayOn, type Right } from "./rights.ts";
export {
  closureOn,
  EVERYTHING,
  deadlocksOfMember,
  isHolder,
  lockOn,
  overlaps,
  placeOf,
  promiseOf,
  queueOn,
  requestsForSession,
} from "./lock-reading.ts";
