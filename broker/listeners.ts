import { type FSWatcher, readFileSync, watch } from 'node:fs';
import type { Server as HttpServer, IncomingMessage } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import { createWebSocketStream, WebSocketServer } from 'ws';

/** Takes over a connection with the address it comes from. */
export type Accept = (connection: Duplex, address: string) => void;

/** A listener that was started. */
export interface Listener {
  port: number;
  /** Takes no more connections; those that are open stay. */
  stopListening(): void;
}

function acceptSocket(accept: Accept): (socket: Socket) => void {
  return (socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    accept(socket, socket.remoteAddress ?? '');
  };
}

function listen(server: Server, port: number, host: string, close: () => void): Promise<Listener> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog: 4096 }, () => {
      server.removeListener('error', reject);
      resolve({
        port: (server.address() as AddressInfo).port,
        stopListening: () => {
          close();
          server.close();
        },
      });
    });
  });
}

/** MQTT over TCP. Rejects with the system's error (`EADDRINUSE`, `EACCES`). */
export function listenTcp(accept: Accept, port: number, host: string): Promise<Listener> {
  return listen(createServer({ noDelay: true }, acceptSocket(accept)), port, host, () => undefined);
}

/** How long after a change of the certificate files they are read again, in ms: both have to be written first. */
const RELOAD_AFTER_MS = 500;

/**
 * MQTT over TLS. The certificate and key are read again when their files change; a broken pair leaves the old one in
 * use and is told to `complain`.
 */
export function listenTls(
  accept: Accept,
  port: number,
  host: string,
  files: { certificate: string; key: string },
  complain: (error: Error) => void,
): Promise<Listener> {
  const pair = () => ({ cert: readFileSync(files.certificate), key: readFileSync(files.key) });
  const server: TlsServer = createTlsServer({ ...pair(), minVersion: 'TLSv1.2' }, acceptSocket(accept));
  server.on('tlsClientError', () => undefined);
  let timer: NodeJS.Timeout | undefined;
  const reload = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      try {
        server.setSecureContext({ ...pair(), minVersion: 'TLSv1.2' });
      } catch (error) {
        complain(
          new Error(`Cannot use the new certificate ${files.certificate}; the old one stays in use`, { cause: error }),
        );
      }
    }, RELOAD_AFTER_MS);
  };
  // The folders are watched: a file that is replaced takes its own watcher with it.
  const folders = new Set([files.certificate, files.key].map((file) => path.dirname(file)));
  const watchers: FSWatcher[] = [...folders].map((folder) => watch(folder, reload));
  return listen(server, port, host, () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  });
}

/** A WebSocket frame may hold several packets; the packets themselves are bounded as everywhere. */
const FRAME_PACKETS = 4;

/** MQTT over WebSocket at `path` of an HTTP server; other upgrades are refused. */
export function listenWebSocket(accept: Accept, http: HttpServer, path: string, packetBytesMax: number): void {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: packetBytesMax * FRAME_PACKETS,
    perMessageDeflate: false,
    handleProtocols: (protocols) => (protocols.has('mqtt') ? 'mqtt' : protocols.has('mqttv3.1') ? 'mqttv3.1' : false),
  });
  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (new URL(request.url ?? '/', 'http://localhost').pathname !== path) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const stream = createWebSocketStream(webSocket);
      stream.on('error', () => stream.destroy());
      accept(stream, request.socket.remoteAddress ?? '');
    });
  });
}
