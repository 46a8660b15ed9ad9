/// What the variables of a template stand for in one report.
struct ReportValues {
    let report: DeliveryReport
    let original: ReturnedMessage
    let terms: ReportTerms

    /// Lines of more bytes are folded where a value has made them long.
    private static let lineWish = 76

    /// Who the report is from unless the template says.
    var author: String {
        if let from = terms.from, !from.isNull, from.isASCII || report.allowsUTF8 {
            return "Mail Delivery System <\(from.text)>"
        }
        return "Mail Delivery System <MAILER-DAEMON@\(DeliveryReport.hostText(report.reportingHost))>"
    }

    /// What a variable stands for; only one has several lines.
    private func lines(_ variable: ReportTemplate.Variable) -> [String] {
        switch variable {
        case .date: [terms.date.text]
        case .me: [DeliveryReport.hostText(report.reportingHost)]
        case .from: [SafeText.oneLine(report.sender.description)]
        case .to: [SafeText.oneLine(report.concerned.first?.final.description ?? "")]
        case .subject: [original.subject]
        case .recipients: [report.concerned.map { SafeText.oneLine($0.final.description) }.joined(separator: ", ")]
        case .reason: [report.reason.map(SafeText.oneLine) ?? ReportWording.reason(report)]
        case .extendedReason: ReportWording.details(report)
        case .pid: ["\(terms.processID)"]
        case .msgid: [terms.bracketedID]
        }
    }

    /// A line of a header.
    func line(_ pieces: ReportTemplate.Line) -> String {
        pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .variable(let variable): lines(variable).map(SafeText.trimmed).joined(separator: " ")
            }
        }.joined()
    }

    /// Plain text.
    func text(_ body: [ReportTemplate.Line]) -> [UInt8] {
        var output: [UInt8] = []
        for pieces in body {
            var isOurs = true
            var line = ""
            for piece in pieces {
                switch piece {
                case .text(let text): line += text
                case .variable(let variable):
                    isOurs = false
                    line += lines(variable).joined(separator: "\n")
                }
            }
            for line in line.split(separator: "\n", omittingEmptySubsequences: false) {
                output.append(text: isOurs ? String(line) : Self.wrapped(line))
                output.append(text: "\r\n")
            }
        }
        return output
    }

    /// HTML, in which no value can become a tag.
    func html(_ body: [ReportTemplate.Line]) -> [UInt8] {
        var output: [UInt8] = []
        for pieces in body {
            for piece in pieces {
                switch piece {
                case .text(let text): output.append(text: text)
                case .variable(let variable):
                    output.append(text: lines(variable).map(Self.escaped).joined(separator: "<br>\r\n"))
                }
            }
            output.append(text: "\r\n")
        }
        return output
    }

    private static func escaped(_ text: String) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&quot;"
            // The name &apos; is unknown to HTML 4.
            case "'": output += "&#39;"
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output
    }

    /// A line as several, each indented as the first is.
    private static func wrapped(_ line: Substring) -> String {
        guard line.utf8.count > lineWish else { return String(line) }
        let indent = String(line.prefix { $0 == " " })
        var lines: [String] = []
        var current = indent
        for word in line.dropFirst(indent.utf8.count).split(separator: " ") {
            if current.utf8.count > indent.utf8.count, current.utf8.count + 1 + word.utf8.count > lineWish {
                lines.append(current)
                current = indent
            }
            if current.utf8.count > indent.utf8.count { current += " " }
            current += word
        }
        return (lines + [current]).joined(separator: "\r\n")
    }
}
