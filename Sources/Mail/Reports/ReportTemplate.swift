/// The words of a report, as the files `outbound.bounce_message`, `_html` and `_image` give them.
///
/// The first lines of the message are header fields, up to an empty line. `{name}` stands for a ``Variable``; what
/// isn't one stays as it is, and is warned of.
public struct ReportTemplate: Sendable, Equatable {
    /// What `{name}` may stand for.
    public enum Variable: String, Sendable, CaseIterable {
        /// When the report was written.
        case date
        /// The name of this server.
        case me
        /// Who sent the message.
        case from
        /// Who it was for; the first of several.
        case to
        case subject
        /// All whom the report is about.
        case recipients
        /// Why, in one line.
        case reason
        /// What happened to each recipient, in several lines.
        case extendedReason = "extended_reason"
        case pid
        /// The Message-ID of the report.
        case msgid
    }

    /// Which of the three files.
    public enum Source: Sendable, Equatable, CaseIterable { case message, html, image }

    /// Something in a template that doesn't mean what it seems to.
    public struct Warning: Sendable, Equatable, CustomStringConvertible {
        public let source: Source
        /// Counted from 1.
        public let line: Int
        /// A sentence that says what is wrong, what is done, and what is allowed.
        public let text: String

        public var description: String { "line \(line): \(text)" }
    }

    /// A part of a line.
    enum Piece: Sendable, Equatable {
        case text(String)
        case variable(Variable)
    }

    typealias Line = [Piece]

    /// A header field.
    struct Field: Sendable, Equatable {
        let name: String
        var value: Line

        func isNamed(_ other: String) -> Bool { name.lowercased() == other }
    }

    /// A picture for the HTML: its fields, and its content in base64.
    struct Image: Sendable, Equatable {
        var fields: [Field]
        var content: [UInt8]
    }

    var fields: [Field] = []
    var body: [Line] = []
    var html: [Line]?
    var image: Image?
    /// What should be told to who wrote the template.
    public internal(set) var warnings: [Warning] = []

    /// The header: the template's fields and those that every message has.
    func header(_ values: ReportValues) -> [UInt8] {
        var output: [UInt8] = []
        for field in fields where !field.isNamed("from") && !field.isNamed("subject") {
            append(field, values, to: &output)
        }
        if let from = fields.first(where: { $0.isNamed("from") }) {
            append(from, values, to: &output)
        } else {
            FieldWriter.append("From", values.author, to: &output)
        }
        // Not in brackets: some who write to machines can't read them.
        FieldWriter.append("To", values.report.sender.text, to: &output)
        let subject = fields.first { $0.isNamed("subject") }
        let title = subject.map { SafeText.oneLine(values.line($0.value)) } ?? ""
        FieldWriter.appendText("Subject", title.isEmpty ? "Delivery report" : title, to: &output)
        FieldWriter.append("Date", values.terms.date.text, to: &output)
        FieldWriter.append("Message-ID", values.terms.bracketedID, to: &output)
        return output
    }

    private func append(_ field: Field, _ values: ReportValues, to output: inout [UInt8]) {
        let isAddress = ["from", "reply-to", "sender", "cc"].contains(field.name.lowercased())
        if isAddress, values.report.allowsUTF8 {
            FieldWriter.append(field.name, values.line(field.value), to: &output)
        } else {
            FieldWriter.appendText(field.name, values.line(field.value), to: &output)
        }
    }

    /// What a person reads: the text, or the text and the HTML to choose from, with the picture beside it.
    func words(_ values: ReportValues) -> ReportPart {
        var text = ReportPart.text("plain", values.text(body))
        text.description = "What happened"
        guard let html else { return text }
        let choice = ReportPart(
            type: "multipart/alternative",
            content: .parts([text, .text("html", values.html(html))])
        )
        guard let image else { return choice }
        var fields: [UInt8] = []
        for field in image.fields { FieldWriter.appendText(field.name, values.line(field.value), to: &fields) }
        // RFC 2387 §3.1.
        return ReportPart(
            type: "multipart/related; type=\"multipart/alternative\"",
            content: .parts([choice, ReportPart(type: "", fields: fields, content: .bytes(image.content))])
        )
    }
}
