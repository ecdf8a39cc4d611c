# SPDX-FileCopyrightText: 2026 The Escalite authors
# SPDX-License-Identifier: MIT
"""Sends one mail with smtplib: port, CA file, "starttls" or "tls", login mechanism or "-", recipients.

Prints "sent" with the refused recipients, or the exception's class and code.
"""
import smtplib, ssl, sys
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
port, ca, security, mechanism, recipients = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4], sys.argv[5:]
message = EmailMessage()
message['From'] = 'Escalite <escalite@harness.test>'
message['To'] = ', '.join(recipients)
message['Subject'] = 'gr\u00f6\u00dfe'
message['Date'] = formatdate()
message['Message-ID'] = make_msgid(domain='harness.test')
message.set_content('.one dot\n..two\nStra\u00dfe\n', cte='quoted-printable')
message.add_alternative('<p>x</p>', subtype='html')
message.add_attachment(b'{}' * 500, maintype='application', subtype='json', filename='s.json')
context = ssl.create_default_context(cafile=ca) if ca else None
try:
    if security == 'tls':
        client = smtplib.SMTP_SSL('localhost', port, context=context, timeout=20)
    else:
        client = smtplib.SMTP('localhost', port, timeout=20)
    if security == 'starttls':
        client.starttls(context=context)
    client.ehlo('client.harness.test')
    if mechanism != '-':
        client.user, client.password = 'mira', 'pass-word'
        client.auth(mechanism, getattr(client, 'auth_' + mechanism.lower().replace('-', '_')))
    refused = client.send_message(message)
    print('sent', sorted((who, why[0]) for who, why in refused.items()))
    client.quit()
except smtplib.SMTPResponseException as e:
    print(type(e).__name__, e.smtp_code)
except smtplib.SMTPRecipientsRefused as e:
    print(type(e).__name__, sorted(why[0] for why in e.recipients.values()))
except Exception as e:
    print(type(e).__name__)
