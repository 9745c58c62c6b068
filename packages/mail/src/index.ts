export { Mailer, type Mail, type MailDelivery } from './mailer.js';
