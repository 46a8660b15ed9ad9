import Foundation
import Testing

/// `haraka_plugin.rs` mirrors the header by hand; here both compilers say where each field lies.
@Suite(.enabled(if: Tool.exists("rustc"))) struct RustLayoutTests {
    private struct Mirror {
        let name: String
        let fields: [String]
    }

    private static let cNames = ["func": "fn", "type_": "type", "as_": "as"]

    private func source() throws -> String {
        try String(contentsOf: Tool.repository.appending(path: "sdk/rust/haraka_plugin.rs"), encoding: .utf8)
    }

    private func mirrors() throws -> [Mirror] {
        try source().matches(
            of: /#\[repr\(C\)\]\n#\[derive\(Clone, Copy\)\]\npub struct (\w+) \{\n((?: {4}pub .*\n)+)\}/
        )
        .map { match in
            Mirror(name: String(match.1), fields: match.2.matches(of: #/pub (\w+): /#).map { String($0.1) })
        }
    }

    private func constants() throws -> [String] {
        try source().matches(of: #/pub const (HK_\w+): /#).map { String($0.1) }
    }

    @Test func `every struct, field and number of the Rust file is where C has it`() throws {
        let (mirrors, constants) = (try mirrors(), try constants())
        #expect(mirrors.count >= 24)
        #expect(constants.count >= 70)
        try Tool.inFolder { folder in
            let fromC = try run(folder, "c", cProgram(mirrors, constants)) {
                ["gcc", "-std=c11", "-I\(Tool.header)", $0, "-o", $1]
            }
            let fromRust = try run(folder, "rs", rustProgram(mirrors, constants)) {
                ["rustc", "--edition", "2021", $0, "-o", $1]
            }
            #expect(fromC.count == mirrors.reduce(constants.count) { $0 + 1 + $1.fields.count })
            for (left, right) in zip(fromC, fromRust) { #expect(left == right) }
            #expect(fromC.count == fromRust.count)
        }
    }

    @Test func `the Rust file lists every struct and number of the header`() throws {
        let header = try String(contentsOfFile: Tool.header + "/haraka_plugin.h", encoding: .utf8)
        let structs = header.matches(of: /typedef struct (hk_\w+) \{/).map { String($0.1) }
        #expect(Set(structs) == Set(try mirrors().map(\.name)))
        let numbers = header.matches(of: #/\b(HK_(?:E|V|T|PF|HF|LOG|EDIT|CANCEL|Q|D|NH|TLS|M|SF|DNS|NET)_\w+) = /#).map
        {
            String($0.1)
        }
        #expect(Set(numbers).subtracting(try constants()).isEmpty)
    }

    private func run(
        _ folder: URL,
        _ ending: String,
        _ program: String,
        _ command: (String, String) -> [String]
    ) throws -> [Substring] {
        let source = folder.appending(path: "layout.\(ending)").path
        let binary = folder.appending(path: "layout-\(ending)").path
        try program.write(toFile: source, atomically: true, encoding: .utf8)
        let words = command(source, binary)
        let built = Tool.run(words[0], Array(words.dropFirst()), in: folder)
        try #require(built.status == 0, "\(built)")
        return Tool.run(binary, []).output.split(separator: "\n")
    }

    private func cProgram(_ mirrors: [Mirror], _ constants: [String]) -> String {
        var text = "#include <stdio.h>\n#include \"haraka_plugin.h\"\nint main(void) {\n"
        for mirror in mirrors {
            text += "printf(\"\(mirror.name) %zu\\n\", sizeof(\(mirror.name)));\n"
            for field in mirror.fields {
                let name = Self.cNames[field] ?? field
                text += "printf(\"\(mirror.name).\(field) %zu\\n\", offsetof(\(mirror.name), \(name)));\n"
            }
        }
        for constant in constants { text += "printf(\"\(constant) %lld\\n\", (long long)\(constant));\n" }
        return text + "}\n"
    }

    private func rustProgram(_ mirrors: [Mirror], _ constants: [String]) -> String {
        let module = Tool.repository.appending(path: "sdk/rust/haraka_plugin.rs").path
        var text = "#![allow(unused)]\n#[path = \"\(module)\"]\nmod haraka_plugin;\nuse haraka_plugin::*;\n"
        text += "use std::mem::{size_of, MaybeUninit};\nuse std::ptr::addr_of;\nfn main() {\n"
        for mirror in mirrors {
            text += "println!(\"\(mirror.name) {}\", size_of::<\(mirror.name)>());\n"
            text += "let at = MaybeUninit::<\(mirror.name)>::uninit();\nlet base = at.as_ptr();\n"
            for field in mirror.fields {
                text += "println!(\"\(mirror.name).\(field) {}\", "
                text += "unsafe { addr_of!((*base).\(field)) } as usize - base as usize);\n"
            }
        }
        for constant in constants { text += "println!(\"\(constant) {}\", \(constant) as i64);\n" }
        return text + "}\n"
    }
}
