internal import Queue

/// What is told of each cause. A ``QueueCase`` has the names and the commands.
extension QueueCause {
    /// The cause in plain words.
    func sentence(_ facts: QueueCase) -> String {
        let (host, domain) = (facts.host, facts.domain)
        return switch self {
        case .notReached: "No mail host of \(domain) could be connected to: none listens, or something is between."
        case .noAddress: "The mail hosts of \(domain) have no address in the DNS."
        case .noAnswerFromDNS: "The DNS gave no answer about \(domain) that can be relied on."
        case .nullMX: "\(domain) takes no mail at all (null MX)."
        case .noSuchDomain: "There is no domain \(domain)."
        case .loop: "Mail for \(domain) goes round in a circle."
        case .silent: "\(host) stopped answering in the middle of the conversation."
        case .lost: "\(host) closed the connection before it had taken the message."
        case .notSMTP: "What answers at \(host) doesn't speak SMTP properly."
        case .tlsFailed: "TLS with \(host) didn't come about, and the message may not go without it."
        case .tlsMissing: "\(host) offers no TLS, and \(facts.demander) asks for it."
        case .certificate: "The certificate of \(host) isn't one that \(facts.demander) accepts."
        case .daneMismatch: "The certificate of \(host) isn't the one that its TLSA records name (DANE)."
        case .daneUnknown:
            "The TLSA records of a mail host of \(domain) can't be had, so nobody can tell whom to trust."
        case .mtaSTS: "The MTA-STS policy of \(domain) doesn't allow the host that was found."
        case .authUnusable: "\(host) can't be logged in to in the way that \(facts.demander) asks for."
        case .authInClear:
            "\(host) has to be logged in to, and TLS with it isn't spoken: a password goes under TLS only, whatever tls= says."
        case .tooBig: "The message is bigger than \(host) allows."
        case .no8Bit: "The message has bytes beyond ASCII, and \(host) takes none (8BITMIME)."
        case .noBinary: "The message is binary, and \(host) takes no such messages (BINARYMIME)."
        case .noUnicode: "The addresses or the header are beyond ASCII, and \(host) takes no such mail (SMTPUTF8)."
        case .noRequireTLS: "The sender asks for TLS all the way, and \(host) doesn't promise it (REQUIRETLS)."
        case .unreadable: "The text of the message can't be read from this server's disk."
        case .brokenOff: "The delivery was broken off here, when the server stopped."
        case .heldHere: "This server holds it, since it can't go on with it by itself."
        case .plugin: "A plugin has put it off, or turned it away."
        case .givenUp: "An administrator has given it up."
        case .authRefused: "\(host) refuses the user or the password of \(facts.demander)."
        case .tlsDemanded: "\(host) takes mail with TLS or a login only."
        case .greylisted: "\(host) greylists: it takes mail from a stranger only when it is offered again later."
        case .rateLimited: "\(host) takes no more mail from here for now: it limits how much comes."
        case .mailboxFull: "The mailbox is full."
        case .hostFull: "\(host) has no room for mail now."
        case .busy: "\(host) has no time for mail now."
        case .noSuchMailbox: "\(host) knows no such mailbox."
        case .mailboxOff: "The mailbox is switched off."
        case .blocked: "\(host) has this server's address on a list of those that it takes no mail from."
        case .unproven: "\(host) doesn't believe where the message comes from (SPF, DKIM, DMARC)."
        case .spam: "\(host) holds the message for spam."
        case .later: "\(host) doesn't want the message now."
        case .refused: "\(host) refuses the message."
        case .other: "The attempt came to nothing."
        }
    }

    /// What helps beside another attempt, which comes by itself; nothing where that is all.
    func advice(_ facts: QueueCase) -> [QueueAdvice] {
        switch self {
        case .notReached, .silent, .lost, .notSMTP, .busy, .hostFull:
            [facts.flush("As soon as it answers")]
        case .noAddress, .noAnswerFromDNS, .nullMX, .noSuchDomain: [facts.lookUp("MX")]
        case .loop: [facts.takeHere].compactMap(\.self)
        case .tlsFailed, .tlsMissing: [facts.lessTLS ?? facts.certificate]
        case .tlsDemanded: [facts.certificate]
        case .certificate: [facts.certificate, facts.lessTLS].compactMap(\.self)
        case .daneMismatch: [facts.keys, facts.certificate]
        case .daneUnknown: [facts.keys]
        case .mtaSTS: [facts.lookUp("TXT", "_mta-sts.\(facts.recipient.destination)")]
        case .authUnusable, .authRefused: [facts.flush("When \(facts.login) are right")]
        case .authInClear:
            [
                facts.flush("When it offers TLS, or \(facts.login) are gone"),
                facts.certificate,
            ]
        case .mailboxFull: [facts.giveUp("the mailbox is full")]
        case .mailboxOff: [facts.giveUp("the mailbox is switched off")]
        case .blocked: [facts.flush("When this server's address is off the list")]
        case .greylisted, .rateLimited, .brokenOff, .later, .other, .spam, .unproven, .noSuchMailbox, .refused,
            .tooBig, .no8Bit, .noBinary, .noUnicode, .noRequireTLS, .givenUp, .heldHere, .plugin:
            []
        case .unreadable: [facts.read]
        }
    }

    /// Whether it passes by itself, as far as can be told.
    var passesByItself: Bool {
        switch self {
        case .greylisted, .rateLimited, .brokenOff, .later, .busy, .silent, .lost, .hostFull: true
        default: false
        }
    }
}
