// The links of the mails that a server has sent, and an SMTP server that receives them.

import { createServer } from 'node:net';

export class Mailbox {
  #links = [];
  #waiting = [];

  deliver(to, url) {
    this.#links.push({ to, url });
    for (const check of this.#waiting.splice(0)) check();
  }

  // Resolves to the link of the oldest unread mail to the address; rejects if there is none in time.
  next(to, timeout) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no mail to ${to}`)), timeout);
      const check = () => {
        const index = this.#links.findIndex((mail) => mail.to === to);
        if (index < 0) return this.#waiting.push(check);
        clearTimeout(timer);
        return resolve(this.#links.splice(index, 1)[0].url);
      };
      check();
    });
  }
}

// Receives mails on a free port of 127.0.0.1.
export async function smtpServer(mailbox) {
  const server = createServer((socket) => converse(socket, mailbox));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: server.address().port, close: () => server.close() };
}

function converse(socket, mailbox) {
  let buffer = '';
  let data = false;
  let to = [];
  const reply = (line) => socket.write(`${line}\r\n`);
  const command = (line) => {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'RCPT') to.push(/<([^>]*)>/.exec(line)[1]);
    if (verb === 'RSET' || verb === 'MAIL') to = [];
    data = verb === 'DATA';
    reply(data ? '354 go on' : verb === 'QUIT' ? '221 bye' : verb === 'EHLO' ? '250-localhost\r\n250 8BITMIME' : '250 ok');
    if (verb === 'QUIT') socket.end();
  };
  const receive = () => {
    const end = buffer.indexOf(data ? '\r\n.\r\n' : '\r\n');
    if (end < 0) return false;
    const text = buffer.slice(0, end);
    buffer = buffer.slice(end + (data ? 5 : 2));
    if (!data) command(text);
    else {
      data = false;
      reply('250 ok');
      for (const address of to) mailbox.deliver(address, linkIn(text));
    }
    return true;
  };
  reply('220 localhost');
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    buffer += chunk.toString('latin1');
    while (receive());
  });
}

// The first link of a mail, whose parts are plain, quoted-printable (RFC 2045 §6.7) or base64.
function linkIn(mail) {
  let encoding = '';
  const paragraphs = mail.replaceAll('\r\n..', '\r\n.').split('\r\n\r\n');
  const decoded = paragraphs.map((text) => {
    const plain = decode(text, encoding);
    encoding = /content-transfer-encoding: *(\S+)/i.exec(text)?.[1].toLowerCase() ?? encoding;
    return plain;
  });
  return decoded.map((text) => /https?:\/\/[^\s"<>]+/.exec(text)?.[0]).find(Boolean);
}

function decode(text, encoding) {
  if (encoding === 'base64') return Buffer.from(text, 'base64').toString('utf8');
  if (encoding !== 'quoted-printable') return text;
  return text.replaceAll('=\r\n', '').replaceAll(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}
