extension DeliveryReport {
    /// Writes the report: a `multipart/report` of RFC 6522 and RFC 3464, or RFC 6533's where UTF-8 may stand.
    ///
    /// Without a template it has our words.
    public func mail(
        returning original: ReturnedMessage,
        template: ReportTemplate? = nil,
        terms: ReportTerms
    ) -> ReportMail {
        let template = template ?? .standard(kind)
        let values = ReportValues(report: self, original: original, terms: terms)
        let report = ReportPart(
            type: "multipart/report; report-type=delivery-status",
            content: .parts([
                template.words(values), .status(self), .returned(original, self, terms),
            ])
        )
        var boundaries = ReportBoundary(id: terms.messageID)
        report.visit { boundaries.avoid($0.span) }
        var message = template.header(values)
        let isHeaderASCII = message.span.isASCII(0..<message.count)
        if let id = original.messageID {
            FieldWriter.append("In-Reply-To", id, to: &message)
            FieldWriter.append("References", id, to: &message)
        }
        // RFC 3834 §5.
        message.append(text: "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n")
        var body = report
        // RFC 2045 §6.4: the whole is as its parts are.
        if report.needs8Bit { body.encoding = "8bit" }
        body.append(to: &message, &boundaries)
        let envelope = envelope(
            is8Bit: report.needs8Bit || !isHeaderASCII,
            isUTF8: report.needsUTF8 || !isHeaderASCII,
            size: message.count
        )
        return ReportMail(envelope: envelope, message: message)
    }

    /// RFC 3461 §6.1: no reverse path, no RET, and NOTIFY can only be NEVER.
    private func envelope(is8Bit: Bool, isUTF8: Bool, size: Int) -> Envelope {
        var wishes = RecipientOptions()
        wishes.notice = []
        var options: MailOptions?
        if let priority {
            options = MailOptions()
            options?.priority = priority
        }
        return Envelope(
            sender: .null,
            recipients: [Mail.Recipient(sender, options: wishes)],
            declaredSize: UInt64(size),
            is8Bit: is8Bit,
            isUTF8: isUTF8 || !sender.isASCII,
            options: options
        )
    }
}
