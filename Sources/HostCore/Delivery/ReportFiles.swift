internal import Config
internal import Mail

/// The administrator's words about mail that comes back: Haraka's `outbound.bounce_message`, `_html` and `_image`.
enum ReportFiles {
    /// The template, and what in it doesn't mean what it seems to; nil without `outbound.bounce_message`.
    static func template(_ snapshot: ConfigSnapshot) -> (ReportTemplate?, [Problem]) {
        let files = ReportTemplate.Source.allCases.map { ($0, file($0, snapshot)) }
        func text(_ source: ReportTemplate.Source) -> String? {
            files.first { $0.0 == source }?.1.map { String(decoding: $0.bytes, as: UTF8.self) }
        }
        guard let message = text(.message) else {
            let alone = files.compactMap(\.1).map { file in
                Problem(
                    .warning,
                    file: file.shownPath,
                    message: "it is left out, since it goes with a text, and there is no outbound.bounce_message"
                )
            }
            return (nil, alone)
        }
        let template = ReportTemplate(message, html: text(.html), image: text(.image))
        let problems = template.warnings.map { warning in
            Problem(
                .warning,
                file: files.first { $0.0 == warning.source }?.1?.shownPath ?? "config/outbound.bounce_message",
                line: warning.line,
                message: warning.text
            )
        }
        return (template, problems)
    }

    private static func file(_ source: ReportTemplate.Source, _ snapshot: ConfigSnapshot) -> ConfigFile? {
        snapshot.plainFile("outbound.\(source.fileName)") ?? snapshot.plainFile("outbound/\(source.fileName)")
    }
}

extension ReportTemplate.Source {
    fileprivate var fileName: String {
        switch self {
        case .message: "bounce_message"
        case .html: "bounce_message_html"
        case .image: "bounce_message_image"
        }
    }
}
