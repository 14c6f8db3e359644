// A small archive on this machine for tests: threads by their ids, and the ways in which a server can disappoint.
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";

export interface LoreServer {
  /** `http://127.0.0.1:<port>`. */
  readonly origin: string;
  /** Paths that were asked for, in order. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** Serves `threads` (mailbox text by Message-ID) below `/all/`, and one path for each kind of trouble. */
export async function startLoreServer(threads: Readonly<Record<string, string>>): Promise<LoreServer> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    const path = request.url ?? "";
    asked.push(path);
    answer(path, threads, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server that listens on a port has an address with one.
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(path: string, threads: Readonly<Record<string, string>>, response: ServerResponse): void {
  const [, folder = "", name = "", file = ""] = path.split("/");
  const thread = threads[decodeURIComponent(name)];
  const redirect = (location: string): void => void response.writeHead(302, { location }).end();
  switch (folder) {
    case "all":
    case "plain":
      if (thread === undefined || file !== "t.mbox.gz") return void response.writeHead(404, { "content-type": "text/html" }).end("<html>not found</html>");
      return void response.writeHead(200, { "content-type": "application/gzip" }).end(folder === "plain" ? thread : gzipSync(thread));
    case "moved": return redirect(`/all/${name}/t.mbox.gz`);
    case "elsewhere": return redirect("https://example.org/all/x@y/t.mbox.gz");
    case "loop": return redirect(path);
    case "page": return void response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end("<html>Making sure that you are no robot</html>");
    case "large": return void response.writeHead(200, { "content-length": "999999999999" }).end();
    case "endless": {
      response.writeHead(200);
      const more = setInterval(() => response.write(Buffer.alloc(4096, 0x1f)), 1);
      response.on("close", () => clearInterval(more));
      return;
    }
    case "silent": return;
    case "cut":
      response.writeHead(200, { "content-length": "1000" });
      response.write(gzipSync("x"), () => response.destroy());
      return;
    case "busy": return void response.writeHead(503, { "content-type": "text/plain" }).end("later");
    default: return void response.writeHead(404).end();
  }
}
