import Support
import Testing

@testable import TLS

@Suite struct ChannelBindingTests {
    @Test(
        "Both sides export the same, and nothing that another label, context or connection gives",
        arguments: TLSVersion.allCases
    )
    func exporter(version: TLSVersion) throws {
        let pair = try Pair(client: { $0.offer.maximumVersion = version })
        #expect(pair.server.tlsExporter == nil)
        #expect(pair.server.exporter(label: "EXPORTER-test", length: 32) == nil)
        pair.run()
        let other = try Pair(client: { $0.offer.maximumVersion = version }).run()
        var seen: Set<[UInt8]> = []
        for (engine, twin) in [(pair.server, pair.client), (other.server, other.client)] {
            for (label, context) in [("EXPORTER-a", nil), ("EXPORTER-b", nil), ("EXPORTER-a", [1, 2])]
                as [(String, [UInt8]?)]
            {
                let secret = try #require(engine.exporter(label: label, context: context, length: 48))
                #expect(secret == twin.exporter(label: label, context: context, length: 48))
                #expect(secret.count == 48)
                seen.insert(secret)
            }
            let binding = try #require(engine.tlsExporter)
            #expect(binding == twin.tlsExporter)
            #expect(binding == engine.exporter(label: "EXPORTER-Channel-Binding", length: 32))
            seen.insert(binding)
        }
        #expect(seen.count == 8)
    }

    @Test(
        "The end point is the hash of the server's certificate by its signature's method",
        arguments: [
            ("ecdsa", "sha256", "mx.example.org"), ("rsa", "sha256", "mx.example.org"),
            ("sha384", "sha384", "long.example.org"),
        ]
    )
    func endPoint(name: String, method: String, host: String) throws {
        let pair = try Pair([name], name: host).run()
        let script = "openssl x509 -in \(name).pem -outform der | \(method)sum | cut -d' ' -f1"
        let digits = Program.shell(script, in: Authority.folder).text.filter(\.isHexDigit)
        #expect(CryptographyTests.hex(pair.server.serverEndPoint) == digits)
        #expect(pair.client.serverEndPoint == pair.server.serverEndPoint)
    }
}
