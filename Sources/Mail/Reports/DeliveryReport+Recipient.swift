extension DeliveryReport {
    /// What became of one recipient: RFC 3464 §2.3.
    public struct Recipient: Sendable, Equatable {
        /// RFC 3464 §2.3.3.
        public enum Action: String, Sendable, CaseIterable {
            case failed, delayed, delivered, relayed, expanded
        }

        /// Where the message was to go.
        public var final: Address
        /// ORCPT=, xtext decoded.
        public var original: RecipientOptions.OriginalRecipient?
        public var action: Action
        public var status: Status
        /// The name of the host that decided; nil where none was reached.
        public var remoteHost: String?
        /// Its address without brackets.
        public var remoteIP: String?
        public var diagnostic: Diagnostic?
        public var lastAttempt: MailDate?
        /// Until when it is tried; written for ``Action/delayed`` only.
        public var retryUntil: MailDate?
        /// The hosts that were tried, in that order, for the human reader.
        public var attempts: [Attempt]

        public init(
            _ final: Address,
            original: RecipientOptions.OriginalRecipient? = nil,
            action: Action,
            status: Status,
            remoteHost: String? = nil,
            remoteIP: String? = nil,
            diagnostic: Diagnostic? = nil,
            lastAttempt: MailDate? = nil,
            retryUntil: MailDate? = nil,
            attempts: [Attempt] = []
        ) {
            self.final = final
            self.original = original
            self.action = action
            self.status = status
            self.remoteHost = remoteHost
            self.remoteIP = remoteIP
            self.diagnostic = diagnostic
            self.lastAttempt = lastAttempt
            self.retryUntil = retryUntil
            self.attempts = attempts
        }
    }

    /// One try of one host.
    public struct Attempt: Sendable, Equatable {
        /// Its name; an address where it has none.
        public var host: String
        /// Its address without brackets.
        public var ip: String?
        public var date: MailDate
        public var diagnostic: Diagnostic

        public init(host: String, ip: String? = nil, date: MailDate, diagnostic: Diagnostic) {
            self.host = host
            self.ip = ip
            self.date = date
            self.diagnostic = diagnostic
        }
    }

    /// Who said what.
    public enum Diagnostic: Sendable, Equatable {
        /// A reply of the host's; its text has one or more lines, parted by LF, without codes.
        case smtp(code: UInt16, status: Status?, text: String)
        /// What this server says where no host replied: "the connection was refused".
        case local(String)
    }

    /// A status code of three numbers: RFC 3463.
    public struct Status: Sendable, Hashable, CustomStringConvertible {
        /// 2 success, 4 failure for now, 5 failure for good.
        public let group: UInt8
        public let subject: UInt16
        public let detail: UInt16

        /// A class of 2, 4 or 5, and two numbers below 1000.
        public init(_ group: UInt8, _ subject: UInt16, _ detail: UInt16) {
            precondition(group == 2 || group == 4 || group == 5, "the class of a status code is 2, 4 or 5")
            precondition(subject <= 999 && detail <= 999, "the numbers of a status code have at most three digits")
            self.group = group
            self.subject = subject
            self.detail = detail
        }

        /// The code as it is written, such as "5.1.1".
        public var description: String { "\(group).\(subject).\(detail)" }
    }
}

extension DeliveryReport.Diagnostic {
    /// The lines of a reply as the host sent them, "550-No such user" and "550 5.1.1 Go away"; or the one sentence.
    var lines: [String] {
        switch self {
        case .local(let text): return [SafeText.oneLine(text)]
        case .smtp(let code, let status, let text):
            let texts = SafeText.lines(text)
            let enhanced = status.map { "\($0) " } ?? ""
            return texts.enumerated().map { index, line in
                let mark = index == texts.count - 1 ? " " : "-"
                return SafeText.trimmed("\(code)\(mark)\(enhanced)\(line)")
            }
        }
    }

    var isReply: Bool {
        switch self {
        case .smtp: true
        case .local: false
        }
    }
}
