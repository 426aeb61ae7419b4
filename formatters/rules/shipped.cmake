# Turns the rule files of this folder into one source file, so that the program needs no file beside it.
# Included by the top CMakeLists.txt; run as a script (-DOUTPUT=... -DFOLDER=...) it writes that source file.
if(NOT CMAKE_SCRIPT_MODE_FILE)
    file(GLOB shipped CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.toml)
    set(shipped_source ${CMAKE_BINARY_DIR}/shipped_rules.cpp)
    add_custom_command(
        OUTPUT ${shipped_source}
        COMMAND ${CMAKE_COMMAND} -DOUTPUT=${shipped_source} -DFOLDER=${CMAKE_CURRENT_LIST_DIR} -P ${CMAKE_CURRENT_LIST_FILE}
        DEPENDS ${shipped} ${CMAKE_CURRENT_LIST_FILE}
        COMMENT "Building the shipped rules in"
        VERBATIM)
    target_sources(formatters PRIVATE ${shipped_source})
    return()
endif()

# Bytes, not string literals: those have limits that a long rule file passes.
file(GLOB files ${FOLDER}/*.toml)
list(SORT files)
set(arrays "")
set(rows "")
set(count 0)
foreach(file ${files})
    get_filename_component(name ${file} NAME)
    file(READ ${file} bytes HEX)
    string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
    string(APPEND arrays "const unsigned char file_${count}[] = {${bytes}0};\n")
    string(APPEND rows "    {\"${name}\", {reinterpret_cast<const char*>(file_${count}), sizeof file_${count} - 1}},\n")
    math(EXPR count "${count} + 1")
endforeach()
file(WRITE ${OUTPUT} "// Written by formatters/rules/shipped.cmake: do not edit.
#include \"formatters/shipped_rules.h\"

namespace fedmsgbot {

namespace {

${arrays}
const ShippedFile files[] = {
${rows}    {{}, {}},  // an array needs an element
};

}  // namespace

std::span<const ShippedFile> shipped_files() { return {files, ${count}}; }

}  // namespace fedmsgbot
")
