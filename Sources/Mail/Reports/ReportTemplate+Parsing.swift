extension ReportTemplate {
    /// Reads a template.
    ///
    /// - Parameters:
    ///   - message: header fields, an empty line, and the text.
    ///   - html: the text in HTML; nil or nothing leaves it out.
    ///   - image: a picture for the HTML as a MIME part: its Content- fields, an empty line, and base64.
    public init(_ message: String, html: String? = nil, image: String? = nil) {
        let lines = Self.lines(message)
        let end = lines.firstIndex(of: "") ?? lines.count
        readFields(lines[..<end], .message)
        body = lines[end...].dropFirst().enumerated().map { pieces($1, .message, end + 2 + $0) }
        while body.last?.isEmpty == true { body.removeLast() }
        if body.isEmpty {
            warn(.message, lines.count, "there is no text behind an empty line, so ours is used")
            body = Self.plainBody
        }
        if let html, !SafeText.oneLine(html).isEmpty {
            self.html = Self.lines(html).enumerated().map { pieces($1, .html, $0 + 1) }
        }
        if let image, !SafeText.oneLine(image).isEmpty { readImage(image) }
    }

    private static let plainBody: [Line] = [[.variable(.recipients)], [], [.variable(.extendedReason)]]

    private static func lines(_ text: String) -> [String] {
        var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            String(String.UnicodeScalarView(line.filter { $0 != "\r" && $0 != "\0" && $0 != "\u{FEFF}" }))
        }
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    private mutating func warn(_ source: Source, _ line: Int, _ text: String) {
        warnings.append(Warning(source: source, line: line, text: text))
    }

    // MARK: Header

    private mutating func readFields(_ lines: ArraySlice<String>, _ source: Source) {
        for (index, line) in lines.enumerated() {
            if line.first == " " || line.first == "\t", !fields.isEmpty {
                fields[fields.count - 1].value += [.text(" ")] + pieces(SafeText.trimmed(line), source, index + 1)
            } else if let field = field(line, source, index + 1) {
                fields.append(field)
            }
        }
        settleFields()
    }

    private mutating func field(_ line: String, _ source: Source, _ number: Int) -> Field? {
        guard let colon = line.firstIndex(of: ":"), colon != line.startIndex,
            line[..<colon].utf8.allSatisfy(ByteSet.fieldName.contains)
        else {
            warn(source, number, "this is no header field (\"Name: value\"), and is left out until an empty line comes")
            return nil
        }
        let value = SafeText.trimmed(String(line[line.index(after: colon)...]))
        let field = Field(name: String(line[..<colon]), value: pieces(value, source, number))
        if source == .message, !isOurs(field, number) { return field }
        return source == .message ? nil : field
    }

    /// Fields that the server has to write, and what a template may say there without a warning.
    private static let ours: [(name: String, values: [Line])] = [
        // Haraka says {from} in its manual and {to} in its code.
        ("to", [[.variable(.from)], [.variable(.to)]]), ("date", [[.variable(.date)]]),
        ("message-id", [[.variable(.msgid)]]), ("mime-version", [[.text("1.0")]]),
        ("auto-submitted", [[.text("auto-replied")], [.text("auto-generated")]]),
        ("in-reply-to", []), ("references", []), ("return-path", []), ("bcc", []),
    ]

    private mutating func isOurs(_ field: Field, _ line: Int) -> Bool {
        let name = field.name.lowercased()
        if let own = Self.ours.first(where: { $0.name == name }) {
            let plain = field.value.filter { $0 != .text("<") && $0 != .text(">") }
            if !own.values.contains(plain) { warnOfOurs(field, line) }
            return true
        }
        guard name.hasPrefix("content-") else { return false }
        warnOfOurs(field, line)
        return true
    }

    private mutating func warnOfOurs(_ field: Field, _ line: Int) {
        warn(
            .message,
            line,
            "\(field.name) is the server's to write, so this line is left out; From, Subject and most others are free"
        )
    }

    /// Of two fields that a message has once only the first stays: RFC 5322 §3.6.
    private mutating func settleFields() {
        var seen: Set<String> = []
        fields.removeAll { field in
            let name = field.name.lowercased()
            return ["from", "subject", "reply-to", "sender", "cc"].contains(name) && !seen.insert(name).inserted
        }
        fields.removeAll { $0.value.isEmpty }
    }

    // MARK: Image

    private static let imageFields = [
        "content-type", "content-disposition", "content-transfer-encoding", "content-id", "content-description",
    ]

    private mutating func readImage(_ text: String) {
        let lines = Self.lines(text)
        let end = lines.firstIndex(of: "") ?? lines.count
        var fields: [Field] = []
        for (index, line) in lines[..<end].enumerated() {
            if line.first == " " || line.first == "\t", !fields.isEmpty {
                fields[fields.count - 1].value.append(.text(" " + SafeText.trimmed(line)))
            } else if let field = field(line, .image, index + 1) {
                guard Self.imageFields.contains(field.name.lowercased()) else {
                    warn(.image, index + 1, "\(field.name) is left out; a part has Content- fields only")
                    continue
                }
                fields.append(field)
            }
        }
        guard fields.contains(where: { $0.isNamed("content-transfer-encoding") && Self.isBase64($0) }),
            fields.contains(where: { $0.isNamed("content-type") })
        else {
            return warn(
                .image,
                1,
                "the picture is left out: it needs Content-Type and Content-Transfer-Encoding: base64"
            )
        }
        readImage(fields, lines[end...].dropFirst(), after: end + 1)
    }

    private mutating func readImage(_ fields: [Field], _ lines: ArraySlice<String>, after number: Int) {
        var content: [UInt8] = []
        for (index, line) in lines.enumerated() {
            let text = SafeText.trimmed(line)
            guard text.utf8.count <= HeaderField.lineLimit, text.utf8.allSatisfy(Self.isBase64) else {
                return warn(
                    .image,
                    number + index + 1,
                    "the picture is left out: this is no base64 (A-Z a-z 0-9 + / =)"
                )
            }
            content.append(text: text + "\r\n")
        }
        image = Image(fields: fields, content: content)
    }

    private static func isBase64(_ field: Field) -> Bool {
        guard field.value.count == 1, case .text(let value) = field.value[0] else { return false }
        return value.lowercased() == "base64"
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        byte.isDigit || (0x61...0x7A).contains(byte.lowercased) || [0x2B, 0x2F, 0x3D].contains(byte)
    }

    // MARK: Variables

    /// A line with its variables found.
    private mutating func pieces(_ line: String, _ source: Source, _ number: Int) -> Line {
        var pieces: Line = []
        var plain = ""
        var rest = line[...]
        while let brace = rest.firstIndex(of: "{") {
            plain += rest[..<brace]
            rest = rest[rest.index(after: brace)...]
            guard let end = rest.firstIndex(of: "}"), end != rest.startIndex,
                rest[..<end].utf8.allSatisfy(Self.isWord)
            else {
                plain += "{"
                continue
            }
            if let variable = Variable(rawValue: String(rest[..<end])) {
                if !plain.isEmpty { pieces.append(.text(plain)) }
                plain = ""
                pieces.append(.variable(variable))
            } else {
                warn(source, number, Self.unknown(rest[..<end]))
                plain += "{\(rest[..<end])}"
            }
            rest = rest[rest.index(after: end)...]
        }
        plain += rest
        if !plain.isEmpty { pieces.append(.text(plain)) }
        return pieces
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte.isDigit || byte == UInt8(ascii: "_") || (0x61...0x7A).contains(byte.lowercased)
    }

    private static func unknown(_ name: Substring) -> String {
        let known = Variable.allCases.map { "{\($0.rawValue)}" }.joined(separator: " ")
        return "{\(name)} is no variable and stays as it is; there are \(known)"
    }
}
