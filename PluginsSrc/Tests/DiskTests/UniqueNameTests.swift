import Testing

@testable import Disk

@Suite struct UniqueNameTests {
    @Test("A name has the parts that Maildir wants and nothing that a reader would misread") func hasItsParts() throws {
        let name = UniqueName(host: "mx.example/a:2,S").next()
        let expected = /[0-9]+\.M[0-9]+P[0-9]+_Q1_R[0-9a-f]+\.mx\.example\\057a\\0722,S/
        #expect(try expected.wholeMatch(in: name) != nil, "\(name)")
        #expect(UniqueName.escaped("") == "localhost")
        #expect(UniqueName.escaped("a b\0\u{e4}") == "a_b__")
    }

    @Test("No name is given twice") func isUnique() async {
        let names = UniqueName(host: "mx")
        let given = await withTaskGroup(of: [String].self) { group in
            for _ in 0..<8 { group.addTask { (0..<1000).map { _ in names.next() } } }
            return await group.reduce(into: Set<String>()) { $0.formUnion($1) }
        }
        #expect(given.count == 8000)
        #expect(UniqueName(host: "mx").next() != UniqueName(host: "mx").next())
    }
}
