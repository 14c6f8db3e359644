// What core gets when it asks for the editor: nothing. Every use of an import of "vscode" in core fails to compile.
export {};
