import Foundation
import System
import TLS
import Testing

@testable import HostCore

@Suite struct TLSAdditionTests {
    private static func add(
        _ service: Service,
        _ domain: String?,
        _ certificate: String?,
        _ key: String?,
        _ environment: [String: String] = [:]
    ) throws -> [String] {
        try TLSAddition(
            domain: domain,
            certificate: certificate.map(Certificates.path),
            key: key.map(Certificates.path),
            directory: service.path,
            installation: service.installation,
            environment: { environment[$0] }
        ).run()
    }

    @Test func bothGoIntoOneFileThatTheServerTakes() throws {
        let service = try Service(["me": "mx.example.org"])
        let said = try Self.add(service, "mx.example.org", "mx.pem", "mx.key")
        #expect(said.first?.hasPrefix("wrote config/tls/mx.example.org.pem: mx.example.org, example.org, ") == true)
        #expect(said.count == 2)
        let written = try service.folders.read("config/tls/mx.example.org.pem")
        #expect(written == (try Certificates.bundle("mx")))
        let tls = try service.configuration().tls
        #expect(tls.isOn && tls.certificates.first?.chainCount == 1)
        // A second time is a renewal.
        _ = try Self.add(service, "mx.example.org", "renewed.pem", "renewed.key")
        #expect(try service.folders.read("config/tls/mx.example.org.pem") == (try Certificates.bundle("renewed")))
        #expect(try FileManager.default.contentsOfDirectory(atPath: service.path + "/config/tls").count == 1)
    }

    @Test func onlyTheServicesAccountMayReadIt() throws {
        let service = try Service(["smtp.ini": "user=nobody\ngroup=mail\n"])
        _ = try Self.add(service, "mx.example.org", "mx.pem", "mx.key")
        let name = "config/tls/mx.example.org.pem"
        #expect(try service.folders.mode(name) & 0o007 == 0)
        #expect(try service.folders.mode("config/tls") & 0o007 == 0)
        guard Privileges.isRoot else { return }
        #expect(try service.folders.mode(name) == 0o640)
        #expect(try service.folders.mode("config/tls") == 0o750)
        for path in [name, "config/tls"] {
            let facts = try FileFacts.of(service.path + "/" + path)
            #expect(try facts.uid == 0 && facts.gid == AccountGroup.named("mail")?.gid)
        }
    }

    @Test func theOwnerOfTheConfigurationOwnsItToo() throws {
        guard Privileges.isRoot, let account = try Account.named("daemon") else { return }
        let service = try Service(["smtp.ini": "user=nobody\n"])
        let config = service.path + "/config"
        try FileDescriptor.open(config, [.directory]).changeOwner(user: account.uid, group: account.gid)
        _ = try Self.add(service, "mx.example.org", "mx.pem", "mx.key")
        let facts = try FileFacts.of(config + "/tls/mx.example.org.pem")
        #expect(try facts.uid == account.uid && facts.gid == Account.named("nobody")?.gid)
    }

    @Test func certbotsHookNeedsNoArguments() throws {
        let lineage = try Folders([
            "fullchain.pem": try Certificates.text("mx.pem"), "privkey.pem": try Certificates.text("mx.key"),
        ])
        let service = try Service()
        let environment = ["RENEWED_LINEAGE": lineage.path, "RENEWED_DOMAINS": "example.org mx.example.org"]
        let said = try Self.add(service, nil, nil, nil, environment)
        #expect(said.first?.hasPrefix("wrote config/tls/example.org.pem") == true)
        #expect(
            try Self.add(service, "mx.example.org", nil, nil, environment).first?.contains("tls/mx.example.org") == true
        )
    }

    @Test func aWildcardsFileHasNoStarInItsName() throws {
        let service = try Service()
        let said = try Self.add(service, "*.example.net", "wild.pem", "wild.key")
        #expect(said.first?.hasPrefix("wrote config/tls/_.example.net.pem") == true)
        _ = try Self.add(service, "mx.example.net", "wild.pem", "wild.key")
        #expect(service.folders.exists("config/tls/mx.example.net.pem"))
    }

    @Test func aMissingChainIsSaid() throws {
        let said = try Self.add(try Service(), "mx.example.org", "mx.leaf.pem", "mx.key")
        #expect(said.last?.contains("no chain") == true && said.last?.contains("CN=Middle") == true)
    }

    @Test func anEncryptedKeyStaysSo() throws {
        let service = try Service(["tls.ini": "passphrase=sesame\n"])
        _ = try Self.add(service, "mx.example.org", "mx.pem", "sealed.key")
        #expect(try service.folders.read("config/tls/mx.example.org.pem").contains("ENCRYPTED"))
        #expect(try service.configuration().tls.isOn)
    }

    @Test(
        arguments: [
            ("mx.example.org", "mx.pem", "other.key", "does not match"),
            ("mx.example.org", "other.pem", "other.key", "not for"),
            ("mx.example.org", "gone.pem", "mx.key", "is not there"), ("mx.example.org", "mx.der", "mx.key", "is DER"),
            ("mx.example.org", "mx.pem", "sealed.key", "encrypted"), ("mx.example.org", "mx.pem", nil, "Give both"),
            ("mx.example.org", nil, nil, "--cert FILE"), (nil, "mx.pem", "mx.key", "Name the domain"),
            ("../mx", "mx.pem", "mx.key", "is no domain name"), ("a/b", "mx.pem", "mx.key", "is no domain name"),
            ("", "mx.pem", "mx.key", "is no domain name"), (".example.org", "mx.pem", "mx.key", "is no domain name"),
        ] as [(String?, String?, String?, String)]
    )
    func whatDoesNotFitIsRefused(_ domain: String?, _ certificate: String?, _ key: String?, _ words: String) throws {
        let service = try Service()
        let error = #expect(throws: StartError.self) { try Self.add(service, domain, certificate, key) }
        #expect(error?.description.contains(words) == true, "\(error as Any)")
        #expect(!service.folders.exists("config/tls"))
    }

    @Test func aLinkInPlaceOfTheFolderIsNotFollowed() throws {
        let (service, elsewhere) = (try Service(), try Folders())
        try FileManager.default.createSymbolicLink(
            atPath: service.path + "/config/tls",
            withDestinationPath: elsewhere.path
        )
        #expect(throws: StartError.self) { try Self.add(service, "mx.example.org", "mx.pem", "mx.key") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: elsewhere.path) == ["config"])
    }

    @Test func aBrokenConfigurationDoesNotKeepGoodCertificatesOut() throws {
        let service = try Service(["tls.ini": "ciphers=x\n", "tls/mx.example.org.pem": "x"])
        _ = try Self.add(service, "mx.example.org", "mx.pem", "mx.key")
        #expect(try service.errors().map { $0.prefix(15) } == ["config/tls.ini:"])
    }
}
