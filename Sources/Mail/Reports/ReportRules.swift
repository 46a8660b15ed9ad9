/// Who is told what: RFC 3461 §5.2.
public enum ReportRules {
    /// What became of a recipient, seen from the sender's wishes.
    public enum Outcome: Sendable, Equatable, CaseIterable {
        /// It lies in the mailbox.
        case delivered
        /// A host that knows DSN has it, and will report.
        case handedOn
        /// A host that doesn't know DSN has it.
        case relayed
        /// It went on to the members of a list or an alias.
        case expanded
        /// It is given up.
        case failed
        /// It is still tried, and the time for a warning has come.
        case delayed
    }

    /// The report that is due about a recipient; nil if nobody is to hear anything.
    ///
    /// `notice` is NOTIFY=, empty for NEVER and nil where the sender didn't say; `isReport` says whether the message is
    /// a report itself, as ``isReport(_:)`` finds.
    public static func report(
        on outcome: Outcome,
        notice: RecipientOptions.Notice?,
        sender: Address,
        isReport: Bool
    ) -> DeliveryReport.Kind? {
        // RFC 5321 §4.5.5, RFC 3464 §2: never a report about a report.
        guard !sender.isNull, !isReport else { return nil }
        return switch outcome {
        // §5.2.3, §5.2.2 (b) and (e), §5.2.7.3: only if asked.
        case .delivered: notice?.contains(.success) == true ? .success : nil
        case .relayed: notice?.contains(.success) == true ? .relayed : nil
        case .expanded: notice?.contains(.success) == true ? .expanded : nil
        // §5.2.1: who takes it over takes the duty to report over.
        case .handedOn: nil
        // §5.2.6, §5.2.5: also if nobody said.
        case .failed: notice?.contains(.failure) ?? true ? .failure : nil
        case .delayed: notice?.contains(.delay) ?? true ? .delay : nil
        }
    }

    /// Whether a message is a report by its header, even one with a reverse path: RFC 6522 §3.
    public static func isReport(_ header: HeaderBlock) -> Bool {
        guard let range = header.value(of: "Content-Type"),
            let type = MIMEField(header.bytes.span.extracting(range))
        else { return false }
        let kind = type.parameter("report-type")?.text.lowercased()
        return type.value == "multipart/report" && (kind == nil || kind == "delivery-status")
    }

    /// How much of the message comes back with a report.
    ///
    /// All of it only with failures (RFC 3461 §4.3), and never of one for which TLS is required (RFC 8689 §5).
    public static func returned(
        _ report: DeliveryReport,
        unasked: MailOptions.ReturnedContent
    ) -> MailOptions.ReturnedContent {
        guard !report.requiresTLS, report.recipients.contains(where: { $0.action == .failed }) else { return .headers }
        return report.returnedContent ?? unasked
    }
}
