/// A master file that ldns has signed, and the key that proves it.
public struct SignedZone {
    public static let isInstalled = Program.path("ldns-keygen") != nil && Program.path("ldns-signzone") != nil

    public let name: String
    public let path: String
    /// A DS record.
    public let anchor: String

    /// Signs the lines; `arguments` are ldns-signzone's, and `change` spoils what it has made.
    public init(
        _ name: String,
        _ lines: [String],
        _ arguments: [String] = [],
        in folder: TemporaryFolder,
        change: (String) -> String = { $0 }
    ) throws {
        self.name = name
        path = folder.path + "/" + name + ".signed"
        let head = ["$ORIGIN \(name).", "$TTL 3600", "@ IN SOA ns root 1 3600 600 86400 300", "@ IN NS ns"]
        try folder.write((head + ["ns IN A 127.0.0.1"] + lines).joined(separator: "\n") + "\n", to: name)
        let key =
            try Program.run("ldns-keygen", ["-a", "ECDSAP256SHA256", "-k", name], in: folder.path)
            .split(separator: "\n").last.map(String.init) ?? ""
        try Program.run("ldns-signzone", arguments + ["-f", path, name, key], in: folder.path)
        anchor = try folder.text(of: key + ".ds")
        try folder.write(change(folder.text(of: name + ".signed")), to: name + ".signed")
    }
}
