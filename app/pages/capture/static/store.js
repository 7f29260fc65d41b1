/** @file What survives a reload, in IndexedDB: the device's key, the session, files not yet sent. */

const NAME = "kaihu";
const TABLE = "kept";

/** @type {Map<string, unknown>} Where a browser keeps nothing (some private windows). */
const memory = new Map();
/** @type {Promise<IDBDatabase | null> | undefined} */
let opened;

/** @returns {Promise<IDBDatabase | null>} */
function open() {
  opened ??= new Promise((resolve) => {
    try {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(TABLE);
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
  return opened;
}

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(table: IDBObjectStore) => IDBRequest<T>} ask
 * @param {() => T} otherwise
 * @returns {Promise<T>}
 */
async function within(mode, ask, otherwise) {
  const database = await open();
  if (database === null) return otherwise();
  return new Promise((resolve, reject) => {
    const asked = ask(database.transaction(TABLE, mode).objectStore(TABLE));
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

/** @param {string} key @returns {Promise<any>} */
export function read(key) {
  return within("readonly", (table) => table.get(key), () => memory.get(key));
}

/** @param {string} key @param {unknown} value @returns {Promise<unknown>} */
export function write(key, value) {
  return within("readwrite", (table) => table.put(value, key), () => {
    memory.set(key, value);
    return key;
  });
}

/** @param {string} key @returns {Promise<unknown>} */
export function remove(key) {
  return within("readwrite", (table) => table.delete(key), () => {
    memory.delete(key);
    return undefined;
  });
}

/** Every value whose key begins with a prefix. @param {string} prefix @returns {Promise<any[]>} */
export function readAll(prefix) {
  const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
  return within("readonly", (table) => table.getAll(range), () =>
    [...memory].filter(([key]) => key.startsWith(prefix)).map(([, value]) => value),
  );
}

/** Forget everything. @returns {Promise<unknown>} */
export function clear() {
  return within("readwrite", (table) => table.clear(), () => {
    memory.clear();
    return undefined;
  });
}
