import System
import Testing
import Wire

/// What the fuzzer of PROXY headers and addresses has found, from `Tests/Corpus/ProxyHeader`.
struct CorpusTests {
    private func input(_ name: String) throws -> [UInt8] {
        let tests = Files.split(Files.split(#filePath).folder).folder
        return try Files.read(tests + "/Corpus/ProxyHeader/" + name)
    }

    @Test func `a port of a PROXY line has no sign, not even that of -0`() throws {
        let bytes = try input("v1-minus-zero")
        let header = ProxyHeader.parse(bytes.span)
        #expect(header == .malformed("The PROXY header has no valid addresses and ports."))
    }

    @Test func `an address to listen on has no NUL in it`() throws {
        let address = String(decoding: try input("listen-nul"), as: UTF8.self)
        #expect((try? ListenAddress(address)) == nil)
    }

    @Test func `a prefix length and the mode of a socket have no sign`() throws {
        let network = String(decoding: try input("network-minus-zero"), as: UTF8.self)
        #expect((try? Network(network)) == nil)
        let address = String(decoding: try input("listen-signed-mode"), as: UTF8.self)
        #expect((try? ListenAddress(address)) == nil)
    }
}
