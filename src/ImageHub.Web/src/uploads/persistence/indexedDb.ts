import type { PersistedUpload, UploadPersistence } from "../queue/ports";
import type { Row } from "../queue/rows";
import { CopyBudget, copyDelay } from "./copyBudget";

/**
 * Stores unfinished uploads in IndexedDB, so that they resume after the page was closed: each file's state and a copy of
 * its bytes. Large files are not copied, and all copies take only a part of the browser's quota.
 */

const database = "imagehub.uploads";
const filesStore = "files";
const bytesStore = "bytes";
/** The maximum size of all copies in bytes. A small quota of the browser reduces this limit. */
const mostCopied = 2_000_000_000;
/** The limits of one transaction, which keep the page responsive. */
const limits = { files: 100, copies: 20, bytes: 20_000_000 };
/** How long to wait for the answers of other open pages, in milliseconds. */
const answersWithin = 300;

/** A stored file without its bytes. */
interface StoredFile extends Omit<PersistedUpload, "file"> {
  page: string;
  account: string;
  place: number;
}

/** The content of one transaction. */
interface PendingWrites {
  deleted: string[];
  files: (StoredFile | undefined)[];
  copies: [string, File][];
}

/** The id of this page among the pages that share the database. */
const page = Math.random().toString(36).slice(2);
const pages = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(database);
pages?.addEventListener("message", ({ data }) => {
  if (Array.isArray(data.ask) && data.ask.includes(page)) pages.postMessage({ alive: page });
});

/** Stores the queue's files, in small transactions after a delay. */
export class IndexedDbUploads implements UploadPersistence {
  private readonly known = new Map<string, StoredFile>();
  /** The keys of files to write. */
  private readonly unwritten = new Set<string>();
  /** The keys of files to delete. */
  private readonly gone = new Set<string>();
  private readonly copies = new CopyBudget();
  private room: number | null = null;
  private isRunning = false;
  private place = Date.now() * 1000;

  /** `account`: returns the id of the signed-in user, or null. */
  constructor(private readonly account: () => string | null) {}

  keyFor = (id: number) => `${page}-${id}`;

  keep(rows: readonly Row[]) {
    const account = this.account();
    if (account === null) return;
    for (const { key, drop, name, size, file, folder, sidecar, target, longestSide, url } of rows) {
      const place = this.known.get(key)?.place ?? this.place++;
      const dropped = this.known.get(key)?.drop ?? `${page}-${drop}`;
      this.known.set(key, {
        ...{ key, page, account, place, drop: dropped },
        ...{ name, size, folder, sidecar, target, longestSide, url },
      });
      this.unwritten.add(key);
      this.gone.delete(key);
      if (file !== null) this.copies.want(key, file, size, Date.now());
    }
    void this.run();
    setTimeout(() => this.run(), copyDelay);
  }

  forget(rows: readonly Row[]) {
    for (const { key } of rows) {
      if (!this.known.delete(key)) continue;
      this.unwritten.delete(key);
      this.copies.forget(key);
      this.gone.add(key);
    }
    void this.run();
  }

  /** Deletes the stored uploads of all pages. */
  async clear() {
    for (const each of [this.known, this.unwritten, this.gone, this.copies]) each.clear();
    await write((files, bytes) => {
      files.clear();
      bytes.clear();
    });
  }

  /**
   * Takes over the account's unfinished uploads of closed pages, in the order in which the user added them. Deletes other
   * accounts' unfinished uploads of closed pages.
   */
  async takeOver(account: string): Promise<PersistedUpload[]> {
    const all = ((await read(filesStore)) as StoredFile[]).filter((file) => file.page !== page);
    const alive = await living([...new Set(all.map((file) => file.page))]);
    const left = all.filter((file) => !alive.has(file.page));
    const own = left.filter((file) => file.account === account).sort((a, b) => a.place - b.place);
    const keys = new Set(own.map(({ key }) => key));
    const bytes = new Map<string, File>();
    await walk(bytesStore, (key, value) => keys.has(key) && bytes.set(key, value as File));
    await write((files, copies) => {
      for (const file of own) files.put({ ...file, page });
      for (const { key } of left.filter((file) => file.account !== account)) {
        files.delete(key);
        copies.delete(key);
      }
    });
    for (const file of own) this.known.set(file.key, { ...file, page });
    for (const [key, { size }] of bytes) this.copies.add(key, size);
    return own.map((file) => ({ ...file, file: bytes.get(file.key) ?? null }));
  }

  private async run() {
    if (this.isRunning) return;
    this.isRunning = true;
    try {
      // Calls that follow each other closely share a transaction.
      await pause();
      this.room ??= await grantedRoom(this.copies.bytes);
      for (let some = this.takePending(this.room); some !== null; some = this.takePending(this.room)) {
        await this.write(some).catch(() => this.writeApart(some));
        await pause();
      }
    } catch {
      // IndexedDB is missing or full: uploads continue, but end when the page closes.
      for (const each of [this.unwritten, this.gone]) each.clear();
      this.copies.giveUp();
    }
    this.isRunning = false;
  }

  /** Writes rows without their copies, then each copy alone: one file that can no longer be read fails its whole transaction. */
  private async writeApart({ deleted, files, copies }: PendingWrites) {
    await this.write({ deleted, files, copies: [] });
    for (const copy of copies)
      await this.write({ deleted: [], files: [], copies: [copy] }).catch((error) => {
        this.copies.forget(copy[0]);
        if (error instanceof DOMException && error.name === "QuotaExceededError") this.copies.giveUp();
      });
  }

  /**
   * The content of the next transaction; null if there is none. Files without space for their copies wait until other
   * files are deleted.
   */
  private takePending(room: number): PendingWrites | null {
    const deleted = [...this.gone];
    this.gone.clear();
    const files = [...this.unwritten].slice(0, limits.files).map((key) => {
      this.unwritten.delete(key);
      return this.known.get(key);
    });
    const copies = this.unwritten.size > 0 ? [] : this.copies.take(room, limits, Date.now());
    return deleted.length + files.length + copies.length === 0 ? null : { deleted, files, copies };
  }

  private async write({ deleted, files, copies }: PendingWrites) {
    await write((fileRows, byteRows) => {
      for (const key of deleted) {
        fileRows.delete(key);
        byteRows.delete(key);
      }
      for (const file of files) if (file !== undefined) fileRows.put(file);
      for (const [key, file] of copies) if (this.known.has(key)) byteRows.put(file, key);
    });
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 50));

/** `own`: the size of the existing copies in bytes. */
async function grantedRoom(own: number): Promise<number> {
  // Only secure contexts report the quota. Elsewhere a cautious estimate applies.
  const { quota = 0, usage = 0 } = (await navigator.storage?.estimate().catch(() => null)) ?? { quota: 1_000_000_000 };
  return Math.min(mostCopied, (quota - Math.max(0, usage - own)) / 2);
}

/** The ids of the asked pages that are still open. */
function living(asked: string[]): Promise<Set<string>> {
  const alive = new Set<string>();
  if (pages === null || asked.length === 0) return Promise.resolve(alive);
  return new Promise((resolve) => {
    const hear = ({ data }: MessageEvent) => data.alive !== undefined && alive.add(data.alive);
    pages.addEventListener("message", hear);
    pages.postMessage({ ask: asked });
    setTimeout(() => {
      pages.removeEventListener("message", hear);
      resolve(alive);
    }, answersWithin);
  });
}

let opened: Promise<IDBDatabase> | undefined;

/** The next transaction opens the database again. */
const reopen = () => {
  opened = undefined;
};

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(database, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(filesStore, { keyPath: "key" });
      request.result.createObjectStore(bytesStore);
    };
    request.onsuccess = () => {
      request.result.onclose = reopen;
      resolve(request.result);
    };
    request.onerror = () => {
      reopen();
      reject(request.error);
    };
  });
  return opened;
}

async function write(change: (files: IDBObjectStore, bytes: IDBObjectStore) => void) {
  const transaction = (await open()).transaction([filesStore, bytesStore], "readwrite");
  change(transaction.objectStore(filesStore), transaction.objectStore(bytesStore));
  await new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

async function read(name: string): Promise<unknown[]> {
  const request = (await open()).transaction(name).objectStore(name).getAll();
  return await new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function walk(name: string, visit: (key: string, value: unknown) => void) {
  const request = (await open()).transaction(name).objectStore(name).openCursor();
  await new Promise<void>((resolve, reject) => {
    request.onsuccess = () => {
      const cursor = request.result;
      if (cursor === null) return resolve();
      visit(String(cursor.key), cursor.value);
      cursor.continue();
    };
    request.onerror = () => reject(request.error);
  });
}
