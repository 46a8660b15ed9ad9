extension DeliveryReport {
    /// Whether the fields are written in UTF-8: `message/global-delivery-status`, RFC 6533 §4.
    var isGlobal: Bool {
        allowsUTF8
            && recipients.contains { recipient in
                !recipient.final.isASCII || !SafeText.isASCII(recipient.original?.address ?? "")
            }
    }

    /// The fields about the message, then those about each recipient: RFC 3464 §2.1.
    var fields: [UInt8] {
        var output: [UInt8] = []
        if let envelopeID { write("Original-Envelope-Id", SafeText.ascii(envelopeID), to: &output) }
        write("Reporting-MTA", "dns; " + Self.hostText(reportingHost), to: &output)
        if let arrival { write("Arrival-Date", arrival.text, to: &output) }
        for recipient in recipients {
            output.append(text: "\r\n")
            append(recipient, to: &output)
        }
        return output
    }

    private func append(_ recipient: Recipient, to output: inout [UInt8]) {
        if let original = recipient.original {
            let type = Self.atom(original.type)
            write("Original-Recipient", "\(type); \(addressText(original.address, type: type))", to: &output)
        }
        // RFC 6533 §3: an address beyond ASCII has a type of its own.
        let type = recipient.final.isASCII ? "rfc822" : "utf-8"
        write("Final-Recipient", "\(type); \(addressText(recipient.final.text, type: type))", to: &output)
        write("Action", recipient.action.rawValue, to: &output)
        write("Status", recipient.status.description, to: &output)
        if let remote = remoteText(recipient) { write("Remote-MTA", "dns; " + remote, to: &output) }
        if let diagnostic = recipient.diagnostic { append(diagnostic, to: &output) }
        if let date = recipient.lastAttempt { write("Last-Attempt-Date", date.text, to: &output) }
        // RFC 3464 §2.3.9: meaningless for all but delays.
        if let date = recipient.retryUntil, recipient.action == .delayed {
            write("Will-Retry-Until", date.text, to: &output)
        }
    }

    private func append(_ diagnostic: Diagnostic, to output: inout [UInt8]) {
        let texts = diagnostic.lines.map { isGlobal ? $0 : SafeText.ascii($0) }
        let type = diagnostic.isReply ? "smtp; " : "x-haraka; "
        FieldWriter.appendLines("Diagnostic-Code", [type + (texts.first ?? "")] + texts.dropFirst(), to: &output)
    }

    private func write(_ name: String, _ value: String, to output: inout [UInt8]) {
        FieldWriter.append(name, value, to: &output)
    }

    /// The name, and the address as a comment; one of them alone if there is no other. RFC 3464 §2.3.5
    private func remoteText(_ recipient: Recipient) -> String? {
        let literal = recipient.remoteIP.flatMap(Self.literal)
        guard let host = recipient.remoteHost, !host.isEmpty else { return literal }
        let name = Self.hostText(host)
        guard let literal, literal != name else { return name }
        return "\(name) (\(literal))"
    }

    /// An address as it stands in the fields: RFC 6533 §3.
    ///
    /// In UTF-8 as it is; where only ASCII may stand, one of the type utf-8 has its other characters as `\x{HEX}`.
    private func addressText(_ address: String, type: String) -> String {
        guard !isGlobal else { return address }
        return type == "utf-8" ? Self.unitext(address) : SafeText.ascii(address)
    }

    /// RFC 6533 §3, `utf-8-addr-xtext`.
    private static func unitext(_ address: String) -> String {
        var text = ""
        for scalar in address.unicodeScalars {
            switch scalar {
            case "+", "=", "\\": text += "\\x{\(hexadecimal(scalar))}"
            case "!"..."~": text.unicodeScalars.append(scalar)
            default: text += "\\x{\(hexadecimal(scalar))}"
            }
        }
        return text
    }

    private static func hexadecimal(_ scalar: Unicode.Scalar) -> String {
        String(scalar.value, radix: 16, uppercase: true)
    }

    /// An address type: letters, digits and hyphens.
    private static func atom(_ text: String) -> String {
        let legal = text.utf8.prefix(64).filter(ByteSet.domain.contains)
        return legal.isEmpty ? "unknown" : String(decoding: legal.map(\.lowercased), as: UTF8.self)
    }

    /// "[192.0.2.1]" or "[IPv6:2001:db8::1]"; nil for what is no address.
    static func literal(_ ip: String) -> String? {
        if AddressLiteral.isIPv4(ip.utf8.span) { return "[\(ip)]" }
        return AddressLiteral.isIPv6(ip.utf8.span) ? "[IPv6:\(ip)]" : nil
    }

    /// A host's name with nothing in it that a host's name can't hold.
    static func hostText(_ name: String) -> String {
        if let literal = literal(name) { return literal }
        var output: [UInt8] = []
        HostText.append(name, to: &output)
        return String(decoding: output, as: UTF8.self)
    }
}
