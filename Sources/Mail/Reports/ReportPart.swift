/// One part of a report, or the parts that one is made of: RFC 6522 §3.
struct ReportPart {
    /// What it is, for who looks at the raw text; "" says nothing.
    var description = ""
    /// Such as `text/plain; charset=utf-8`.
    var type: String
    /// Nil: 7bit.
    var encoding: String?
    /// Further fields with their line ends.
    var fields: [UInt8] = []
    var content: Content

    enum Content {
        case bytes([UInt8])
        case parts([ReportPart])
    }

    /// Text of a person's: quoted-printable where it isn't short lines of ASCII.
    static func text(_ subtype: String, _ text: [UInt8]) -> ReportPart {
        let shape = TextShape(text.span)
        let charset = shape.isASCII ? "us-ascii" : "utf-8"
        var part = ReportPart(type: "text/\(subtype); charset=\(charset)", content: .bytes(text))
        guard !shape.isASCII || !shape.isClean else { return part }
        part.encoding = "quoted-printable"
        part.content = .bytes(encoded(text))
        return part
    }

    /// The fields of a delivery status.
    static func status(_ report: DeliveryReport) -> ReportPart {
        let isGlobal = report.isGlobal
        return ReportPart(
            description: "Delivery report",
            type: isGlobal ? "message/global-delivery-status" : "message/delivery-status",
            encoding: isGlobal ? "8bit" : nil,
            content: .bytes(report.fields)
        )
    }

    /// What comes back of a message: all of it if it may and can, otherwise its header.
    static func returned(_ message: ReturnedMessage, _ report: DeliveryReport, _ terms: ReportTerms) -> ReportPart {
        full(message, report, terms) ?? header(message.fields(limit: terms.headerBytes), report, terms)
    }

    /// RFC 3461 §4.3, RFC 6522 §3, RFC 6533 §5; a message part is never encoded, RFC 2046 §5.2.1.
    private static func full(
        _ message: ReturnedMessage,
        _ report: DeliveryReport,
        _ terms: ReportTerms
    ) -> ReportPart? {
        guard ReportRules.returned(report, unasked: terms.unaskedContent) == .full, !message.isBinary,
            let body = message.body, message.header.bytes.count + body.count <= terms.returnedBytes
        else { return nil }
        let bytes = message.header.bytes + body
        let shape = TextShape(bytes.span)
        guard shape.isClean, shape.isASCII || terms.allows8Bit else { return nil }
        let isGlobal = report.allowsUTF8 && TextShape(message.header.bytes.span).isBeyondASCII
        return ReportPart(
            description: "The message",
            type: isGlobal ? "message/global" : "message/rfc822",
            encoding: shape.isASCII ? nil : "8bit",
            content: .bytes(bytes)
        )
    }

    /// RFC 6522 §4: a header that isn't as it should be may be encoded.
    private static func header(_ fields: [UInt8], _ report: DeliveryReport, _ terms: ReportTerms) -> ReportPart {
        let shape = TextShape(fields.span)
        var part = ReportPart(
            description: "The header of the message",
            type: "text/rfc822-headers",
            content: .bytes(fields)
        )
        guard !shape.isClean || !shape.isASCII else { return part }
        if shape.isClean, shape.isBeyondASCII, report.allowsUTF8, terms.allows8Bit {
            part.type = "message/global-headers"
            part.encoding = "8bit"
        } else {
            part.encoding = "quoted-printable"
            part.content = .bytes(encoded(fields))
        }
        return part
    }

    private static func encoded(_ text: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        QuotedPrintable.encode(text.span, to: &output)
        return output
    }

    /// Writes its header and what it holds.
    func append(to output: inout [UInt8], _ boundaries: inout ReportBoundary) {
        if !description.isEmpty { FieldWriter.append("Content-Description", description, to: &output) }
        switch content {
        case .bytes(let bytes):
            appendFields(type, to: &output)
            output += bytes
        case .parts(let parts):
            let boundary = boundaries.next()
            // Quotes, since there is a "=" in it.
            appendFields("\(type); boundary=\"\(boundary)\"", to: &output)
            for part in parts {
                output.append(text: "\r\n--\(boundary)\r\n")
                part.append(to: &output, &boundaries)
            }
            output.append(text: "\r\n--\(boundary)--\r\n")
        }
    }

    private func appendFields(_ type: String, to output: inout [UInt8]) {
        if !type.isEmpty { FieldWriter.append("Content-Type", type, to: &output) }
        if let encoding { FieldWriter.append("Content-Transfer-Encoding", encoding, to: &output) }
        output += fields
        output.append(text: "\r\n")
    }

    /// All that its innermost parts hold, one after the other.
    func visit(_ see: ([UInt8]) -> Void) {
        switch content {
        case .bytes(let bytes): see(bytes)
        case .parts(let parts): for part in parts { part.visit(see) }
        }
    }

    /// Whether anything in it goes beyond ASCII.
    var needs8Bit: Bool {
        var needs = false
        visit { bytes in if !bytes.span.isASCII(0..<bytes.count) { needs = true } }
        return needs
    }

    /// Whether anything in it is only for who reads UTF-8 in headers: RFC 6533 §6.
    var needsUTF8: Bool {
        switch content {
        case .bytes: type.hasPrefix("message/global")
        case .parts(let parts): parts.contains(where: \.needsUTF8)
        }
    }
}
