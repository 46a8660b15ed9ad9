internal import Foundation
internal import System
public import TLS
public import Wire

/// Certificates that the `openssl` command makes once for all tests; each signs itself.
public enum Certificates {
    public static let folder: String = {
        let folder = FileManager.default.temporaryDirectory.appending(path: "haraka-test-\(UUID().uuidString)").path
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for name in ["one", "two"] {
            let outcome = Program.shell(
                "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout \(name).key"
                    + " -out \(name).pem -days 30 -subj /CN=\(name).example -addext subjectAltName=DNS:\(name).example",
                in: folder
            )
            precondition(outcome.status == 0, outcome.text)
        }
        atexit { try? FileManager.default.removeItem(atPath: Certificates.folder) }
        return folder
    }()

    /// A server's contexts with that certificate.
    public static func contexts(_ name: String = "one") throws -> TLSServerContexts {
        let files = ["\(folder)/\(name).pem", "\(folder)/\(name).key"]
        let scan = TLSCertificateFolder.scan(files: files, now: SystemTime.wallSeconds)
        precondition(scan.problems == [], "the certificates of tests are good")
        return try TLSServerContexts(TLSSettings(), scan.certificates)
    }

    public static func reception(_ change: (inout Reception) -> Void = { _ in }) throws -> Reception {
        var reception = Reception()
        let contexts = try contexts()
        reception.contexts = { _ in contexts }
        change(&reception)
        return reception
    }

    /// A client's context that takes any certificate.
    public static func client(_ version: TLSVersion = .tls13) throws -> TLSClientContext {
        var settings = TLSClientSettings()
        settings.offer.maximumVersion = version
        settings.requiresVerification = false
        return try TLSClientContext(settings)
    }
}
