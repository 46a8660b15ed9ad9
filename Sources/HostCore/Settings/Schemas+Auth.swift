internal import Config

extension Schemas {
    static let auth = Schema(
        file: "auth.ini",
        keys: [
            .init("require_tls", .boolean, default: "true", help: "AUTH under TLS only"),
            .init("private_without_tls", .boolean, default: "false", help: "but not from private addresses"),
            .init("submission_ports", ports, default: "465,587", help: "ports where MAIL needs AUTH"),
            .init("per_connection", .integer(1...1000), in: "failures", default: "5", help: "before 421"),
            .init("per_address", .integer(1...1_000_000), in: "failures", default: "30", help: "before 454"),
            .init("per_user", .integer(1...1_000_000), in: "failures", default: "30", help: "before 454"),
            .init("window", .duration(1...86_400), in: "failures", default: "900", help: "how long one counts"),
            .init("delay", .duration(0...60), in: "failures", default: "1", help: "of the first refusal"),
            .init("longest_delay", .duration(0...300), in: "failures", default: "16", help: "of any refusal"),
        ]
    )

    private static let ports = SettingKind.custom(allowed: "port numbers from 1 to 65535, separated by commas") {
        text in
        // A word that is more than one number would leave a port open that somebody meant to protect.
        let words = text.split(separator: ",").map { word in
            word.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
        }
        let numbers = words.compactMap { $0.first?.isNumber == true ? Int(String($0)) : nil }
        guard numbers.count == words.count, numbers.allSatisfy((1...65_535).contains) else { return nil }
        return Set(numbers)
    }
}
