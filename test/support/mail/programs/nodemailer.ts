import Mailer from 'nodemailer/lib/mailer/index.js';
import SMTPTransport from 'nodemailer/lib/smtp-transport/index.js';
import type { MailProgram } from './program.ts';

export const nodemailer: MailProgram = {
  name: 'nodemailer',
  isThere: true,
  write: async ({ file, threading, ...letter }, { host, port }) => {
    const transport = new Mailer(new SMTPTransport({ host, port, secure: false, ignoreTLS: true }));
    try {
      await transport.sendMail({ ...letter, ...threading, attachments: [{ path: file }] });
    } finally {
      transport.close();
    }
  },
};
